//! Who receives an arrival: routing and roster, unless a clerk receives it directly (R1), somebody is
//! complained about (XF 28), or it is sealed (RULES §5).

use crate::domain::event::MatterAdded;
use crate::domain::event::Origin;
use crate::domain::ids::{DepartmentCode, MatterCode, MatterIndex, RuleId, StaffId};
use crate::domain::office::{Matter, MatterKind, Office, Role, Staff};
use crate::domain::refusal::Refusal;
use crate::domain::roster::DutyPost;
use crate::domain::time::Timestamp;
use crate::domain::visit::{Arrival, Direction};

/// Where an arrival goes, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directed {
    /// Department, rule, first responder.
    pub direction: Direction,
    /// What kind of thing it is.
    pub kind: Option<MatterKind>,
    /// Whose letter the number has: reception's, where the department is not to be seen from it.
    pub number_of: DepartmentCode,
    /// Who may have nothing to do with it.
    pub recused: Vec<StaffId>,
}

impl Office {
    /// Who receives `arrival`.
    ///
    /// # Errors
    /// [`Refusal`] for a matter, person or department there is not, or where there is no discipline contact.
    pub fn received(&self, arrival: &Arrival, at: Timestamp) -> Result<Directed, Refusal> {
        if arrival.how.sealed {
            return self.sealed_arrival(arrival);
        }
        let mut direction = self.direct(arrival.matter.as_ref(), at)?;
        let matter = arrival.matter.as_ref().and_then(|it| self.matter(it));
        let kind = matter.map(|it| it.kind);
        let recused = self.recused_by(arrival)?;
        if arrival.how.received
            && let Origin::Desk(clerk) = &arrival.origin
        {
            // R1: whoever was reached first, whatever the matter; of several asked together the highest in
            // rank who may have to do with it (R2).
            let mut asked = vec![self.staff(clerk).ok_or(Refusal::UnknownStaff)?];
            for id in &arrival.how.asked {
                asked.push(self.staff(id).ok_or(Refusal::UnknownStaff)?);
            }
            asked.retain(|it| !recused.contains(&it.id));
            let highest = (asked.iter().rev().max_by_key(|it| self.rank(it))).ok_or(Refusal::Recused)?;
            direction.department = highest.department.clone();
            direction.responder = highest.id.clone();
            direction.post = DutyPost::Asked;
        } else if recused.contains(&direction.responder)
            || arrival.how.against_department.as_ref() == Some(&direction.department)
        {
            self.unconcerned(&mut direction, matter, &recused, at);
        }
        Ok(Directed {
            number_of: direction.department.clone(),
            direction,
            kind,
            recused,
        })
    }

    /// One more matter for a visit, directed as if asked `at`.
    ///
    /// # Errors
    /// [`Refusal::UnknownMatter`].
    pub fn one_more(
        &self,
        matter: Option<MatterCode>,
        by: Option<StaffId>,
        recused: &[StaffId],
        at: Timestamp,
    ) -> Result<MatterAdded, Refusal> {
        let mut direction = self.direct(matter.as_ref(), at)?;
        let catalogued = matter.as_ref().and_then(|it| self.matter(it));
        if recused.contains(&direction.responder) {
            self.unconcerned(&mut direction, catalogued, recused, at);
        }
        Ok(MatterAdded {
            index: MatterIndex(0),
            kind: catalogued.map(|it| it.kind),
            matter,
            department: direction.department,
            rule: direction.rule,
            responder: direction.responder,
            post: direction.post,
            by,
        })
    }

    /// How high somebody stands: a leader above a head of department, and both above everybody else.
    fn rank(&self, staff: &Staff) -> u8 {
        let heads = self.departments.iter().any(|it| it.head == staff.id);
        2 * u8::from(staff.is(Role::Leader)) + u8::from(heads)
    }

    fn sealed_arrival(&self, arrival: &Arrival) -> Result<Directed, Refusal> {
        let discipline = self.elsewhere.discipline.as_ref().ok_or(Refusal::NoContact)?;
        if self.recused_by(arrival)?.contains(&discipline.contact) {
            return Err(Refusal::ContactAccused);
        }
        Ok(Directed {
            direction: Direction {
                department: self.reception.clone(),
                rule: RuleId::new("sealed"),
                responder: discipline.contact.clone(),
                post: DutyPost::Contact,
            },
            kind: None,
            number_of: self.reception.clone(),
            recused: Vec::new(),
        })
    }

    fn recused_by(&self, arrival: &Arrival) -> Result<Vec<StaffId>, Refusal> {
        let mut recused = Vec::new();
        for id in &arrival.how.against {
            recused.push(self.staff(id).ok_or(Refusal::UnknownStaff)?.id.clone());
        }
        if let Some(code) = &arrival.how.against_department {
            let department = self.department(code).ok_or(Refusal::NotFound)?;
            // Whoever leads the whole office is not accused with one of its departments, unless they head it.
            let in_it =
                |it: &&Staff| it.department == *code && (!it.is(Role::Leader) || it.id == department.head);
            recused.extend(self.staff.iter().filter(in_it).map(|it| it.id.clone()));
        }
        recused.sort();
        recused.dedup();
        Ok(recused)
    }

    /// Somebody who has no interest in it: of the department, else of reception, else a leader.
    fn unconcerned(
        &self,
        direction: &mut Direction,
        matter: Option<&Matter>,
        recused: &[StaffId],
        at: Timestamp,
    ) {
        let free = |it: &StaffId| !recused.contains(it);
        let on_duty = |it: &StaffId| free(it) && self.on_duty(it, at);
        let posts = |code: &DepartmentCode, matter: Option<&Matter>| {
            let department = self.department(code)?;
            let of_matter = matter.map(|it| (it.a_post.clone(), it.b_post.clone()));
            let (a, b) = of_matter.unwrap_or_default();
            let posts = [
                (a.unwrap_or_else(|| department.a_post.clone()), DutyPost::A),
                (b.unwrap_or_else(|| department.b_post.clone()), DutyPost::B),
                (department.head.clone(), DutyPost::Head),
            ];
            posts.into_iter().find(|it| on_duty(&it.0))
        };
        if let Some((responder, post)) = posts(&direction.department, matter) {
            (direction.responder, direction.post) = (responder, post);
            return;
        }
        let (responder, post) = match posts(&self.reception, None) {
            Some((responder, _)) => (responder, DutyPost::Reception),
            None => (self.leader(at, |it| !free(it)), DutyPost::Otherwise),
        };
        direction.department = self
            .staff(&responder)
            .map_or_else(|| self.reception.clone(), |it| it.department.clone());
        (direction.responder, direction.post) = (responder, post);
    }
}
