//! `[discipline]` of `kiosk.toml` and `[[body]]` of `routing.toml`: where people are sent that is no
//! department of ours.

use crate::config::kiosk::hex_key;
use crate::config::mistake::Problem;
use crate::config::read::{At, Table, Unique};
use crate::config::routing::{Reference, To, refer, told_if};
use crate::domain::elsewhere::{Body, Discipline};
use crate::domain::ids::StaffId;

/// Columns of a name of a body or a room.
const NAME_COLUMNS: usize = 60;
/// Columns of an address.
const ADDRESS_COLUMNS: usize = 120;
/// Columns of a key in hexadecimal.
const KEY_COLUMNS: usize = 200;
/// Where accusations are taken everywhere in the country.
const HOTLINE: &str = "12388";

/// The discipline contact; none where the section could not be read whole.
pub(super) fn discipline(table: &Table<'_>, references: &mut Vec<Reference>) -> Option<Discipline> {
    let contact = table.code("contact");
    refer(references, "contact", To::Staff, contact);
    let key = table.text("public_key", KEY_COLUMNS);
    let public_key = key.and_then(|it| {
        let key = hex_key(it.it);
        if key.is_none() {
            let key = "public_key".to_owned();
            table.say(it.at, Problem::BadPublicKey { key });
        }
        key
    });
    let room = table.words("room", "room_en", NAME_COLUMNS, Some("[discipline] room"));
    let higher = table.words("higher", "higher_en", NAME_COLUMNS, Some("[discipline] higher"));
    let phone = if table.has("higher_phone") {
        table.phone("higher_phone")
    } else {
        Some(HOTLINE.to_owned())
    };
    Some(Discipline {
        contact: StaffId::new(contact?.it),
        public_key: public_key?,
        room: room?,
        higher: higher?,
        higher_phone: phone?,
    })
}

/// A competent body.
pub(super) fn body(table: &Table<'_>, codes: &mut Unique) -> At<Option<Body>> {
    let code = table.code("code");
    if let Some(code) = code {
        codes.note(table, "code", code);
    }
    let told = code.map_or_else(|| "[[body]]".to_owned(), |it| it.it.to_owned());
    let name = table.words("name", "name_en", NAME_COLUMNS, Some(&told));
    let matters = told_if(table, "matters", "matters_en");
    let address = table.words("address", "address_en", ADDRESS_COLUMNS, Some(&told));
    let phone = table.phone("phone");
    let procedure = table.flag_or("procedure", false);
    let body = || {
        Some(Body {
            code: code?.it.to_owned(),
            name: name?,
            matters,
            address: address?,
            phone: phone?,
            procedure,
        })
    };
    At {
        at: table.at,
        it: body(),
    }
}
