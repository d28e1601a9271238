//! A petition (信访事项) as the regulations ask for it (XF 19): who, what, how it came and what became of it.
//! What names a person or tells their story is [`Sensitive`]; the rest is counted and reported.

use crate::domain::content::OTHER;
use crate::domain::event::PetitionCategory;
use crate::domain::ids::{ContentCode, MatterIndex, StaffId};
use crate::domain::refusal::Refusal;
use crate::domain::sensitive::Sensitive;
use crate::domain::time::ServiceDay;

/// Representatives a group may send (XF 20).
pub const REPRESENTATIVES_MAX: usize = 5;

/// Characters of a claim, or of facts and reasons.
pub const CLAIM_CHARS_MAX: usize = 4000;

/// People from whom on a visit is a group (集体访) and needs representatives (XF 20).
pub const GROUP: u16 = 6;

/// All the register holds of a petition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Petition {
    /// Which matter of the visit.
    pub matter: MatterIndex,
    /// Its category.
    pub category: PetitionCategory,
    /// The item of XF 31, 1 to 6, for 申诉求决.
    pub item: Option<u8>,
    /// What it is about: of the office's list.
    pub content: ContentCode,
    /// Heads.
    pub people: u16,
    /// Named representatives; their names are in [`PetitionWords::representatives`].
    pub representatives: u8,
    /// 匿名
    pub anonymous: bool,
    /// Earlier visits in the same matter, as far as known.
    pub earlier: u16,
    /// Number in the state's petition system (XF 21).
    pub system_number: Option<String>,
    /// The day it was entered there.
    pub system_date: Option<ServiceDay>,
    /// The officer's date of 受理, for items under XF 31(6); the kiosk never sets it.
    pub accepted: Option<ServiceDay>,
    /// Number of the 复核意见 by which the same facts are not accepted again (XF 36).
    pub not_again: Option<String>,
    /// An officer has confirmed that the facts and reasons are the same as those of that review (XF 36).
    pub same_facts: bool,
    /// Whether the visitor is to be told in writing within 15 days (XF 23); see [`Petition::should_inform`].
    pub informs: bool,
    /// Who wrote this.
    pub by: StaffId,
    /// What names people.
    pub words: PetitionWords,
}

/// The part of a petition that names people or tells their story.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PetitionWords {
    /// Name, or that of the unit.
    pub name: Option<Sensitive<String>>,
    /// Where to write to.
    pub address: Option<Sensitive<String>>,
    /// Telephone.
    pub phone: Option<Sensitive<String>>,
    /// 诉求
    pub claim: Option<Sensitive<String>>,
    /// 事实和理由
    pub facts: Option<Sensitive<String>>,
    /// Earlier visits and their outcome.
    pub before: Option<Sensitive<String>>,
    /// Names of the representatives, one a line.
    pub representatives: Option<Sensitive<String>>,
}

impl PetitionWords {
    /// Whether nothing stands in it.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl Petition {
    /// What anybody but the contact knows of one that is sealed: that it is registered, and who wrote it.
    pub fn sealed(matter: MatterIndex, by: StaffId) -> Self {
        Self {
            matter,
            category: PetitionCategory::Report,
            item: None,
            content: OTHER.into(),
            people: 1,
            representatives: 0,
            anonymous: false,
            earlier: 0,
            system_number: None,
            system_date: None,
            accepted: None,
            not_again: None,
            same_facts: false,
            informs: false,
            by,
            words: PetitionWords::default(),
        }
    }

    /// Whether it may stand in the register as it is.
    ///
    /// # Errors
    /// [`Refusal`]: an appeal needs its item, a group its representatives and no more than five; 检举控告 is
    /// written only where it is `sealed`, and nothing else is; 不再受理 wants an earlier visit with the same facts.
    pub fn check(&self, sealed: bool) -> Result<(), Refusal> {
        let appeal = self.category == PetitionCategory::Appeal;
        if appeal != self.item.is_some_and(|it| (1..=6).contains(&it)) {
            return Err(Refusal::ItemNeeded);
        }
        if (self.category == PetitionCategory::Report) != sealed {
            return Err(Refusal::SealFirst);
        }
        if REPRESENTATIVES_MAX < usize::from(self.representatives)
            || GROUP <= self.people && self.representatives == 0 && !self.anonymous
        {
            return Err(Refusal::Representatives);
        }
        let again = self.same_facts && 0 < self.earlier;
        if self.not_again.is_some() && !again {
            return Err(Refusal::ReviewNeeded);
        }
        if self.accepted.is_some() && self.item != Some(6) {
            return Err(Refusal::ItemNeeded);
        }
        Ok(())
    }

    /// Whether the visitor is to be told in writing within 15 days (XF 23): not where name or address is
    /// unclear, and not for 检举控告.
    pub fn should_inform(&self) -> bool {
        !self.anonymous
            && self.category != PetitionCategory::Report
            && self.words.name.is_some()
            && self.words.address.is_some()
    }
}
