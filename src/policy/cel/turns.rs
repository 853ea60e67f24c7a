//! Loops, while code runs.

use std::rc::Rc;

use super::code::{Loop, LoopKind};
use super::machine::{Facts, Fault, Machine};
use super::operate::doubt;
use super::parse::Bytes;
use super::value::{Doc, Value};

/// The item that a loop is at.
pub(super) enum Turn<'a> {
    /// One of a list, by position: going on copies nothing.
    Of(Rc<[Value<'a>]>, usize),
    /// One that was made for this turn.
    One(Value<'a>),
}

impl<'a> Turn<'a> {
    #[inline]
    pub(super) fn value(&self) -> &Value<'a> {
        match self {
            Turn::Of(items, position) => &items[*position],
            Turn::One(value) => value,
        }
    }
}

/// Whether a loop holds, and the list that it made.
type Gone<'a> = Result<(bool, Vec<Value<'a>>), Box<Fault>>;

impl<'a, F: Facts<'a>> Machine<'a, '_, F> {
    /// Goes through a list.
    pub(super) fn turns(&mut self, run: &'a Loop, at: Bytes) -> Gone<'a> {
        let over = self.eval(&run.over)?;
        let position = self.locals.len();
        let above = self.witness.take();
        let mut told = above;
        let gone = match over {
            Value::Items(doc) => {
                self.locals.push(Turn::One(Value::Null));
                let next = |turn: &mut Turn<'a>, item: usize| {
                    *turn = Turn::One(doc.item(item).map_or(Value::Null, Doc::value));
                };
                let facts = self.facts;
                let is_doubtful =
                    |item: usize| F::HAS_DOUBTS && doc.item(item).is_some_and(|item| facts.is_doubtful_part(item));
                self.each(run, (doc.len(), position), (next, is_doubtful), &mut told, at)
            }
            over => {
                let items = match over {
                    Value::List(items) => Ok(items),
                    over => self.items(&over, run.over.at).map(Rc::from),
                };
                items.and_then(|items| {
                    let n_items = items.len();
                    self.locals.push(Turn::Of(items, 0));
                    let next = |turn: &mut Turn<'a>, item: usize| {
                        if let Turn::Of(_, position) = turn {
                            *position = item;
                        }
                    };
                    self.each(run, (n_items, position), (next, |_| false), &mut told, at)
                })
            }
        };
        self.locals.truncate(position);
        self.witness = told;
        gone
    }

    /// Takes the turns of a loop, whose item stands at `place` among the locals. Of some items it may not be known
    /// what they are.
    fn each(
        &mut self,
        run: &'a Loop,
        (n_items, place): (usize, usize),
        (next, is_doubtful): (impl Fn(&mut Turn<'a>, usize), impl Fn(usize) -> bool),
        told: &mut Option<(u8, Doc<'a>)>,
        at: Bytes,
    ) -> Gone<'a> {
        let mut failed: Option<Box<Fault>> = None;
        let mut n_found = 0_usize;
        let mut made = Vec::new();
        // What holds of every item since there is nothing that it asks of any says no more than an empty list.
        let mut is_unasked = run.kind == LoopKind::All;
        for position in 0..n_items {
            self.spend(1, at)?;
            next(&mut self.locals[place], position);
            self.witness = None;
            let turn = if is_doubtful(position) {
                Err(doubt(at))
            } else if run.kind == LoopKind::Map {
                self.mapped(run, &mut made)
            } else {
                self.holds(&run.body)
            };
            let holds = match turn {
                Ok(holds) => holds,
                Err(fault) if fault.is_limit => return Err(fault),
                // Whether it belongs to the list is not known: one run takes all such items, another none.
                Err(fault) if fault.is_doubt && run.kind == LoopKind::Filter => self.facts.takes_doubtful(),
                // As `&&` and `||`: an item that decides wins over one that fails.
                Err(fault) if matches!(run.kind, LoopKind::All | LoopKind::Exists) => {
                    failed = failed.or(Some(fault));
                    continue;
                }
                Err(fault) => return Err(fault),
            };
            is_unasked = is_unasked && holds && self.is_idle(&run.body);
            match run.kind {
                LoopKind::All if !holds => {
                    self.decide(0, place, told);
                    return Ok((false, made));
                }
                LoopKind::Exists if holds => {
                    self.decide(1, place, told);
                    return Ok((true, made));
                }
                LoopKind::Filter if holds => {
                    if made.is_empty() {
                        self.decide(2, place, told);
                    }
                    made.push(self.locals[place].value().clone());
                }
                LoopKind::ExistsOne => n_found += usize::from(holds),
                LoopKind::All | LoopKind::Exists | LoopKind::Filter | LoopKind::Map => {}
            }
        }
        if let Some(fault) = failed {
            return Err(fault);
        }
        self.last.1 = is_unasked;
        Ok((run.kind == LoopKind::All || (run.kind == LoopKind::ExistsOne && n_found == 1), made))
    }

    /// Remembers the item that decided a loop; what decided inside the item tells more than the item.
    fn decide(&self, rank: u8, place: usize, told: &mut Option<(u8, Doc<'a>)>) {
        let inner = self.witness.map(|(_, doc)| doc).or_else(|| self.locals[place].value().doc());
        if let Some(doc) = inner
            && told.is_none_or(|(known, _)| rank <= known)
        {
            *told = Some((rank, doc));
        }
    }

    /// Adds what `map` makes of an item, if it is taken.
    fn mapped(&mut self, run: &'a Loop, made: &mut Vec<Value<'a>>) -> Result<bool, Box<Fault>> {
        let takes = match &run.filter {
            None => true,
            Some(filter) => match self.holds(filter) {
                Err(fault) if fault.is_doubt => self.facts.takes_doubtful(),
                holds => holds?,
            },
        };
        if takes {
            made.push(self.eval(&run.body)?);
        }
        Ok(takes)
    }
}
