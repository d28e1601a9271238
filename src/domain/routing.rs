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
    /// Rules before it that match and whose department is not there.
    pub passed_over: Vec<(RuleId, DepartmentCode)>,
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

    /// The department for `matter`; none is a visitor who does not know whom to ask. A rule whose
    /// department does not `exist` at the time is passed over; that of the last rule always counts.
    pub fn route(&self, matter: Option<&Matter>, exist: impl Fn(&DepartmentCode) -> bool) -> Routed {
        let mut passed_over = Vec::new();
        let holds = |it: &&RoutingRule| it.when.as_ref().is_none_or(|when| when.holds(matter));
        for rule in self.rules.iter().filter(holds) {
            if exist(&rule.to) {
                return Routed {
                    department: rule.to.clone(),
                    rule: rule.id.clone(),
                    passed_over,
                };
            }
            passed_over.push((rule.id.clone(), rule.to.clone()));
        }
        Routed {
            department: self.otherwise.1.clone(),
            rule: self.otherwise.0.clone(),
            passed_over,
        }
    }

    /// The rules in order, the last one without a condition.
    pub fn rules(&self) -> impl Iterator<Item = (&RuleId, Option<&Condition>, &DepartmentCode)> {
        let last = (&self.otherwise.0, None, &self.otherwise.1);
        let rules = self.rules.iter().map(|it| (&it.id, it.when.as_ref(), &it.to));
        rules.chain(std::iter::once(last))
    }
}
