//! The rule book, with the story that shows each rule. Whoever adds a rule and no story, or renames a story away,
//! hears of it here.

use std::collections::BTreeSet;
use std::path::Path;

/// Each rule of RULES §1 in a few words, and stories that show it. Numbers that are not listed are not used.
const RULES: &[(&str, &str, &[&str])] = &[
    (
        "R1",
        "whoever is asked first answers",
        &["r1_whoever_is_asked_first_answers_in_person_by_letter_or_by_phone"],
    ),
    (
        "R2",
        "of several asked together the highest in rank",
        &["r2_of_two_asked_at_once_the_highest_in_rank_answers_whoever_writes_it_down"],
    ),
    (
        "R3",
        "who accepted first keeps it in sight",
        &["r3_who_accepted_an_application_first_keeps_it_in_sight_until_the_visitor_is_told"],
    ),
    (
        "R4",
        "name, post and office telephone at once",
        &["r4_the_papers_name_the_officer_the_post_and_an_office_telephone"],
    ),
    (
        "R5",
        "settle it now, or one notice and a date",
        &["r5_what_cannot_be_settled_now_gets_one_notice_and_the_same_officer_goes_on"],
    ),
    (
        "R6",
        "handler absent: receive first",
        &["r6_the_officer_is_out_and_b_post_answers_without_anybody_waiting"],
    ),
    (
        "R7",
        "another department: lead, or pass on",
        &["r7_a_wrong_department_hands_over_and_answers_until_it_is_taken"],
    ),
    (
        "R8",
        "another body: name, address, telephone",
        &[
            "r8_nobody_is_sent_outside_without_a_body_an_address_and_a_telephone_on_paper",
            "r8_the_paper_says_where_the_visitor_is_sent_and_how_to_reach_it",
            "r8_who_does_not_know_the_competent_body_asks_upward_and_gives_a_date",
            "r8_while_somebody_asks_upward_the_clock_of_the_law_runs_on",
        ],
    ),
    (
        "R9",
        "unclear: receive, and ask the leader",
        &[
            "r9_and_r11_what_is_unclear_goes_to_the_leader_and_what_is_decided_is_not_sent_back",
            "r9_what_the_leader_has_and_gave_back_is_on_its_own_clock_all_the_time",
        ],
    ),
    (
        "R10",
        "several departments: the first leads",
        &[
            "r10_the_first_department_leads_and_the_others_work_on_it_too",
            "r10_one_number_goes_through_several_departments_each_matter_with_its_own_responsible_person",
        ],
    ),
    (
        "R11",
        "dispute: the leader decides",
        &[
            "r9_and_r11_what_is_unclear_goes_to_the_leader_and_what_is_decided_is_not_sent_back",
            "r11_what_the_leader_decided_is_sent_on_only_for_somebody_the_roster_says_is_away",
        ],
    ),
    (
        "R12",
        "passed down and not ours: objection in five working days",
        &[
            "r12_what_was_passed_down_and_is_not_ours_is_given_back_only_with_consent",
            "r12_while_the_leader_has_it_the_days_of_the_objection_are_told_all_the_same",
        ],
    ),
    (
        "R13",
        "progress at half time",
        &[
            "r13_a_long_matter_is_told_of_at_half_time_at_four_fifths_on_the_day_and_daily_after",
            "r13_half_the_time_is_silent_once_the_visitor_was_told_how_it_stands",
            "r13_half_of_the_time_that_was_promised_and_not_of_what_the_rule_allows",
        ],
    ),
    (
        "R14",
        "a refusal states its basis",
        &["r14_a_refusal_states_its_basis_on_paper"],
    ),
    (
        "R15",
        "major or urgent: to the leader at once",
        &[
            "r15_what_is_major_or_urgent_goes_to_the_leader_at_once_and_level_by_level_at_night_too",
            "r15_marking_urgent_or_dangerous_tells_the_leader_at_once_and_level_by_level",
            "r15_the_leader_says_that_they_know_of_what_is_urgent_and_nobody_else_need_be_told",
            "r15_whoever_is_told_at_the_next_level_may_say_that_they_know_and_all_of_it_is_silent",
        ],
    ),
    (
        "R16",
        "lunch, night, weekend, holiday: the duty roster",
        &["r16_lunch_night_and_holiday_are_answered_by_the_duty_roster"],
    ),
    (
        "R17",
        "the visitor may ask at any time",
        &[
            "r17_where_a_matter_is_may_be_asked_at_any_time_with_the_slip",
            "r17_a_visit_closed_on_an_earlier_day_is_found_and_read_with_its_story_and_its_papers",
            "r17_a_number_of_an_earlier_day_tells_at_the_kiosk_that_it_is_closed_and_since_when",
        ],
    ),
    (
        "R18",
        "not mine is no outcome",
        &["r18_there_is_no_outcome_that_says_not_mine_or_i_do_not_know"],
    ),
    (
        "R19",
        "the register",
        &["r19_the_register_is_written_again_whole_when_the_clerk_knows_more"],
    ),
    (
        "R20",
        "the one-time notice is whole",
        &["r20_the_one_time_notice_says_all_that_the_rule_asks_for"],
    ),
    (
        "R22",
        "the same by telephone, logged",
        &["r22_a_notice_by_telephone_is_logged_and_nobody_stands_at_the_printer"],
    ),
    (
        "R23",
        "every matter has an A post and a B post",
        &["half_a_pair_of_posts_is_joined_with_the_departments"],
    ),
    (
        "R24",
        "A absent: B acts",
        &["r24_a_is_out_and_b_acts_and_both_out_is_the_heads"],
    ),
    (
        "R25",
        "who is answerable is shown",
        &[
            "r25_who_is_away_stays_answerable_until_it_was_handed_over",
            "who_is_away_with_nothing_handed_over_is_shown_so",
        ],
    ),
];

/// Section 2: responsibility and handover, row by row.
const HANDOVER: &[(&str, &[&str])] = &[
    (
        "first contact: 10, 20, 30 minutes",
        &[
            "nobody_calls_and_the_bells_go_up_level_by_level_also_after_a_weekend_without_power",
            "an_empty_lobby_has_no_call_so_the_officers_screen_says_that_a_visitor_is_here",
        ],
    ),
    (
        "offer, acceptance limit, back to the first responder",
        &[
            "a_handover_moves_only_by_acceptance_and_keeps_number_and_arrival",
            "a_handover_proposes_a_post_and_b_post_if_a_is_away_and_says_who_they_are",
            "an_offer_nobody_answers_goes_back_to_the_first_responder",
        ],
    ),
    (
        "within 15 minutes of closing",
        &[
            "an_offer_in_the_last_minutes_is_accepted_today_or_the_first_responder_gives_a_date",
            "the_first_responder_gives_the_date_wherever_the_matter_has_gone",
        ],
    ),
    ("second refusal", &["the_second_refusal_goes_to_the_leader"]),
    (
        "third handover",
        &["the_third_handover_goes_to_the_leader_instead"],
    ),
    (
        "leader's decision",
        &[
            "a_leader_who_does_not_decide_in_a_working_day_is_reminded_daily_and_whoever_was_asked_first_hears_it",
        ],
    ),
    (
        "roster change with a handover note",
        &["a_turn_of_duty_hands_on_what_it_answers_for_and_nothing_else"],
    ),
];

/// Section 4: every clock.
const CLOCKS: &[(&str, &[&str])] = &[
    (
        "petition: written information",
        &[
            "xf_23_whoever_petitions_is_told_in_writing_within_fifteen_days",
            "xf_23_the_fifteen_days_run_from_receipt_and_stop_at_delivery",
            "xf_23_a_petition_of_friday_that_is_written_up_on_monday_runs_from_friday",
            "xf_23_the_fifteen_days_outlive_closing_and_stop_when_the_notice_has_reached_the_visitor",
            "a_petition_is_closed_only_once_it_is_registered_unless_the_visitor_left",
            "an_anonymous_petition_has_no_date_of_information",
        ],
    ),
    (
        "petition: decision and extension",
        &[
            "xf_34_an_opinion_comes_within_sixty_days_and_thirty_more_with_approval",
            "section_4_an_extension_needs_the_head_a_reason_and_the_time_before_the_limit",
            "xf_34_the_sixty_days_run_from_the_register_and_start_after_the_written_notice",
            "xf_34_a_date_that_was_told_is_brought_forward_and_never_put_off_without_an_extension",
            "xf_34_the_date_of_acceptance_lies_between_receipt_and_today_and_set_right_it_moves_the_limit",
        ],
    ),
    (
        "duty request",
        &[
            "xfs_31_5_a_request_to_act_has_its_own_limit_or_two_months",
            "xf_31_5_a_request_to_act_is_of_item_five_only_and_runs_two_months_from_receipt",
        ],
    ),
    (
        "review",
        &[
            "xf_35_the_visitors_thirty_days_end_on_the_moved_day_and_alarm_nobody",
            "xf_35_whoever_has_the_reply_is_told_until_when_and_of_whom_a_review_may_be_asked",
        ],
    ),
    (
        "objection to a transfer",
        &[
            "xf_23_an_objection_to_a_transfer_comes_within_five_working_days",
            "r12_what_was_passed_down_and_is_not_ours_is_given_back_only_with_consent",
        ],
    ),
    (
        "government information",
        &[
            "gi_33_information_is_given_within_twenty_working_days",
            "what_is_taken_on_later_runs_from_receipt_and_not_from_the_click",
            "gi_30_and_32_what_is_unclear_is_told_once_and_third_parties_days_do_not_count",
        ],
    ),
    (
        "missing materials",
        &[
            "al_32_what_is_missing_is_said_on_the_spot_or_within_five_working_days",
            "section_4_papers_taken_without_a_notice_in_time_are_proposed_as_accepted",
            "nothing_counts_as_accepted_but_a_service_and_only_once_the_limit_is_over",
            "al_32_a_licence_has_five_working_days_to_say_what_is_missing_and_they_are_reminded_of",
            "al_32_papers_in_two_batches_nobody_said_anything_of_count_from_the_first",
            "a_notice_nobody_came_back_for_is_asked_after_once_when_thirty_days_have_gone",
        ],
    ),
    (
        "other visits, calls, letters",
        &[
            "local_other_visits_are_settled_at_once_or_in_five_or_fifteen_working_days",
            "a_petition_a_letter_and_an_application_nobody_took_on_have_their_date_all_the_same",
        ],
    ),
    (
        "report to the leader, enquiry upward",
        &[
            "r9_and_r11_what_is_unclear_goes_to_the_leader_and_what_is_decided_is_not_sent_back",
            "r8_who_does_not_know_the_competent_body_asks_upward_and_gives_a_date",
        ],
    ),
    (
        "the calendar",
        &[
            "the_vectors_of_the_rules",
            "every_day_of_three_years_is_what_another_calendar_says",
            "a_date_in_a_year_without_a_notice_is_marked_on_the_registration_receipt_too",
        ],
    ),
];

/// What somebody who is new to the office would ask first.
const NEWCOMER: &[(&str, &str)] = &[
    (
        "the officer is out",
        "r6_the_officer_is_out_and_b_post_answers_without_anybody_waiting",
    ),
    (
        "two officers asked at once",
        "r2_of_two_asked_at_once_the_highest_in_rank_answers_whoever_writes_it_down",
    ),
    (
        "wrong department",
        "r7_a_wrong_department_hands_over_and_answers_until_it_is_taken",
    ),
    (
        "outside the office",
        "r8_nobody_is_sent_outside_without_a_body_an_address_and_a_telephone_on_paper",
    ),
    (
        "unclear",
        "r9_and_r11_what_is_unclear_goes_to_the_leader_and_what_is_decided_is_not_sent_back",
    ),
    (
        "lunch time, holiday",
        "r16_lunch_night_and_holiday_are_answered_by_the_duty_roster",
    ),
    (
        "phone",
        "r22_a_notice_by_telephone_is_logged_and_nobody_stands_at_the_printer",
    ),
    (
        "letter",
        "r1_whoever_is_asked_first_answers_in_person_by_letter_or_by_phone",
    ),
    ("refusal", "r14_a_refusal_states_its_basis_on_paper"),
    (
        "group of nine",
        "xf_20_a_group_of_nine_is_one_number_with_at_most_five_representatives",
    ),
    (
        "repeat",
        "xf_44_a_repeat_is_registered_and_linked_to_the_open_matter_by_a_person",
    ),
    (
        "repeat, offered",
        "xf_23_and_44_a_repeat_is_offered_by_name_telephone_or_address_open_or_answered_long_ago",
    ),
    (
        "accusation against somebody by name",
        "xf_28_who_is_complained_about_by_name_neither_receives_nor_is_asked",
    ),
    (
        "not taken up again",
        "xf_36_is_not_taken_up_again_only_with_the_review_and_the_same_facts_by_a_named_officer",
    ),
    (
        "accusation against the department",
        "xf_28_who_is_complained_about_neither_receives_nor_is_offered_it",
    ),
    (
        "accusation against the contact",
        "section_5_an_accused_contact_neither_receives_nor_reads_it",
    ),
];

/// Names of every test there is.
fn tests_in(folder: &Path, names: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            tests_in(&path, names);
        } else if path.extension().is_some_and(|it| it == "rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            for found in text.split("#[test]\n").skip(1) {
                let name = found.trim_start().strip_prefix("fn ");
                let name = name.and_then(|it| it.split('(').next());
                names.extend(name.map(str::to_owned));
            }
        }
    }
}

#[test]
fn every_rule_every_clock_and_every_newcomers_question_has_its_story() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut known = BTreeSet::new();
    tests_in(&root.join("tests/all"), &mut known);
    tests_in(&root.join("src"), &mut known);
    let rules = RULES.iter().map(|it| (it.0, it.2));
    let named = HANDOVER.iter().chain(CLOCKS).copied();
    let asked = NEWCOMER.iter().map(|it| (it.0, std::slice::from_ref(&it.1)));
    let mut missing = Vec::new();
    for (what, stories) in rules.chain(named).chain(asked) {
        assert!(!stories.is_empty(), "{what} has no story");
        let gone = stories.iter().filter(|it| !known.contains(**it));
        missing.extend(gone.map(|it| format!("{what}: there is no test {it}")));
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn a_story_that_bears_a_rules_number_stands_in_the_book() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut known = BTreeSet::new();
    tests_in(&root.join("tests/all"), &mut known);
    let numbers: BTreeSet<&str> = RULES.iter().map(|it| it.0).collect();
    let mut strangers = Vec::new();
    for name in &known {
        let head = name.split('_').next().unwrap();
        let number = head.strip_prefix('r').filter(|it| it.parse::<u8>().is_ok());
        if let Some(number) = number {
            let rule = format!("R{number}");
            let listed = RULES
                .iter()
                .any(|it| it.0 == rule && it.2.contains(&name.as_str()));
            if !numbers.contains(rule.as_str()) || !listed {
                strangers.push(name);
            }
        }
    }
    assert!(strangers.is_empty(), "{strangers:#?}");
}
