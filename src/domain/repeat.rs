//! Whether two visits are of the same people: what a clerk is offered when somebody comes again (XF 23, 44), and what a
//! visit is found by when nothing but a name is known. Whether it is the same matter is for a person to say.

use crate::domain::petition::PetitionWords;
use crate::domain::sensitive::{Personal, Sensitive};
use crate::domain::visit::Visit;

/// What somebody is known by: as registered, as the register of each petition says, as typed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KnownBy {
    names: Vec<Sensitive<String>>,
    phones: Vec<Sensitive<String>>,
    addresses: Vec<Sensitive<String>>,
}

impl KnownBy {
    /// Everything `visit` says of it.
    pub fn of(visit: &Visit) -> Self {
        let mut known = Self::default();
        known.told(&visit.personal);
        for petition in visit.matters.iter().filter_map(|it| it.petition.as_ref()) {
            known.written(&petition.words);
        }
        known
    }

    /// A name or a telephone, whichever it is.
    pub fn either(text: &Sensitive<String>) -> Self {
        Self {
            names: vec![text.clone()],
            phones: vec![text.clone()],
            addresses: Vec::new(),
        }
    }

    /// Takes on what was told at registration.
    pub fn told(&mut self, personal: &Personal) {
        self.names.extend(personal.name.clone());
        self.phones.extend(personal.phone.clone());
    }

    /// Takes on what stands in a register.
    pub fn written(&mut self, words: &PetitionWords) {
        self.names.extend(words.name.clone());
        self.phones.extend(words.phone.clone());
        self.addresses.extend(words.address.clone());
    }

    /// Whether a name, a telephone or an address is the same. Who left none meets nobody.
    pub fn meets(&self, other: &Self) -> bool {
        let any = |of: &[Sensitive<String>],
                   with: &[Sensitive<String>],
                   same: fn(&Sensitive<String>, &Sensitive<String>) -> bool| {
            of.iter().any(|it| with.iter().any(|that| same(it, that)))
        };
        any(&self.names, &other.names, Sensitive::same_words)
            || any(&self.phones, &other.phones, Sensitive::same_digits)
            || any(&self.addresses, &other.addresses, Sensitive::same_words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::sensitive;

    fn known(name: &str, phone: &str) -> KnownBy {
        let mut known = KnownBy::default();
        known.told(&Personal {
            name: sensitive::name(name).unwrap(),
            phone: sensitive::phone(phone).unwrap(),
            name_by_clerk: false,
        });
        known
    }

    #[test]
    fn a_name_or_a_telephone_makes_them_the_same_and_nothing_makes_nobody_the_same() {
        let wang = known("王 秀英𠅤", "138 0013 8000");
        assert!(wang.meets(&known("王秀英𠅤", "")));
        assert!(wang.meets(&known("李国华", "+86 13800138000")));
        assert!(!wang.meets(&known("王秀", "13800138001")));
        assert!(!known("", "").meets(&known("", "")));
        let typed = |text: &str| KnownBy::either(&Sensitive::new(text.to_owned()));
        assert!(wang.meets(&typed("13800138000")) && wang.meets(&typed("王秀英𠅤")));
        // The last digits alone are no telephone.
        assert!(!wang.meets(&typed("8000")));
    }

    #[test]
    fn one_address_is_one_household() {
        let at = |address: &str| {
            let mut known = known("", "");
            known.written(&PetitionWords {
                address: sensitive::note(address).unwrap(),
                ..PetitionWords::default()
            });
            known
        };
        assert!(at("人民路 1 号").meets(&at("人民路1号")));
        assert!(!at("人民路 1 号").meets(&at("人民路 11 号")));
    }
}
