//! The lobby as a whole: a module for each side of it. One binary, so that Slint is linked once.

#[path = "../support/browser.rs"]
mod browser;
#[path = "../support/postgres.rs"]
mod postgres;
#[path = "../support/program.rs"]
mod program;
#[path = "../support/settings.rs"]
mod settings;
mod support;

mod announcing;
mod command_line;
mod console_closing;
mod console_live;
mod console_tls;
mod duty_pages;
mod duty_roster;
mod earlier_days;
mod end_to_end;
mod finding;
mod histories;
mod kill_nine;
mod kiosk_access;
mod kiosk_help;
mod kiosk_hours;
mod kiosk_night;
mod kiosk_pages;
mod kiosk_search;
mod kiosk_senses;
mod kiosk_spoken;
mod kiosk_stories;
mod kiosk_writing;
mod lobby_day;
mod measurements;
mod office_sync;
mod paper_truth;
mod picture_book;
mod printer_command;
mod printer_port;
mod recovery;
mod replay;
mod roll;
mod rules_book;
mod rules_clocks;
mod rules_contact;
mod rules_dates;
mod rules_duties;
mod rules_order;
mod rules_receipt;
mod rules_visits;
mod sealed;
mod senses_command;
mod simulation;
mod slips;
mod steps_pages;
mod story;
mod upgrade;
mod urgent_pages;
