//! Which department takes a matter (分派). Rules are data, the first that matches wins and the last one
//! has no condition, so there is always an answer, and every ticket keeps the id of its rule.

use crate::domain::ids::{DepartmentCode, MatterCode, RuleId};
use crate::domain::office::{Matter, MatterKind};

/// One rule: where its condition holds, this department takes the matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoutingRule {
    /// Its key.
    pub id: RuleId,
    /// Where it holds; always, if there is none.
    pub when: Option<Condition>,
    /// The department that takes it.
    pub to: DepartmentCode,
}

/// What must hold for a rule to match: everything that is given.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Condition {
    /// Any of these matters.
    pub matters: Vec<MatterCode>,
    /// Any of these kinds.
    pub kinds: Vec<MatterKind>,
}

impl Condition {
    /// Whether it holds for `matter`; none is a visitor who does not know whom to ask.
    pub fn holds(&self, matter: Option<&Matter>) -> bool {
        let Some(matter) = matter else { return false };
        (self.matters.is_empty() || self.matters.contains(&matter.code))
            && (self.kinds.is_empty() || self.kinds.contains(&matter.kind))
    }
}

/// The rules of an office: total, since the last one has no condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Routing {
    rules: Vec<RoutingRule>,
    otherwise: (RuleId, DepartmentCode),
}

/// Why this department (分派结果).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Routed {
    /// The department.
    pub department: DepartmentCode,
    /// The rule that said so.
    pub rule: RuleId,
}

/// The rules do not give every matter a department.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotTotal {
    /// There is no rule at all.
    #[error("there is no routing rule")]
    Empty,
    /// The last rule has a condition.
    #[error("the last routing rule has a condition")]
    LastHasCondition,
}

impl Routing {
    /// Takes the rules in order.
    ///
    /// # Errors
    /// [`NotTotal`] unless the last rule, and so every matter, is sure of a department.
    pub fn new(mut rules: Vec<RoutingRule>) -> Result<Self, NotTotal> {
        let last = rules.pop().ok_or(NotTotal::Empty)?;
        if last.when.is_some() {
            return Err(NotTotal::LastHasCondition);
        }
        Ok(Self {
            rules,
            otherwise: (last.id, last.to),
        })
    }

    /// The department for `matter`; none is a visitor who does not know whom to ask.
    pub fn route(&self, matter: Option<&Matter>) -> Routed {
        let rule = self
            .rules
            .iter()
            .find(|it| it.when.as_ref().is_none_or(|when| when.holds(matter)));
        match rule {
            Some(rule) => Routed {
                department: rule.to.clone(),
                rule: rule.id.clone(),
            },
            None => Routed {
                department: self.otherwise.1.clone(),
                rule: self.otherwise.0.clone(),
            },
        }
    }
}
