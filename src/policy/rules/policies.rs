//! What policies say, and what is wrong with them.

use crate::declare_rule;
use crate::diagnostic::{RuleMeta, Severity, Sink};
use crate::graph::Mesh;
use crate::policy::{Context, PolicyRule, Stage};

pub(super) const RULES: &[PolicyRule] = &[
    PolicyRule { meta: &POLICY_VIOLATION, run: |_, _| {} },
    PolicyRule { meta: &POLICY_WITHOUT_ANSWER, run: |_, _| {} },
    PolicyRule { meta: &UNREADABLE_EXPRESSION, run: |_, _| {} },
    PolicyRule { meta: &UNKNOWN_NAME, run: |_, _| {} },
    PolicyRule { meta: &EXPRESSION_OVER_LIMIT, run: |_, _| {} },
    PolicyRule { meta: &FAILING_POLICY_TEST, run: |_, _| {} },
    PolicyRule { meta: &POLICY_WITHOUT_SUBJECTS, run: |_, _| {} },
    PolicyRule { meta: &POLICY_BEYOND_DOMAIN, run: |_, _| {} },
    PolicyRule { meta: &CONTRADICTING_POLICIES, run: |_, _| {} },
    PolicyRule { meta: &POLICY_NAMED_LIKE_RULE, run: |_, _| {} },
    PolicyRule { meta: &STATUS_AGAINST_STAGE, run: status_against_stage },
];

/// Says whether a rule is about an expression of a policy that cannot be read, or comes to no answer.
pub(crate) fn is_fault(rule: &RuleMeta) -> bool {
    let faults: [&RuleMeta; 4] =
        [&POLICY_WITHOUT_ANSWER, &UNREADABLE_EXPRESSION, &UNKNOWN_NAME, &EXPRESSION_OVER_LIMIT];
    faults.iter().any(|fault| fault.code == rule.code)
}

declare_rule! {
    /// ## What it finds
    /// A thing that does not meet a policy of this registry. The message is the policy's; the finding names
    /// the policy, and its severity and stage decide how much it weighs: at most a warning on trial and
    /// before `effectiveFrom`. A proposed policy makes no findings; its page shows what it would find.
    ///
    /// ## Why it matters
    /// Policies are what the council decided together. What does not follow them is mended, or waived with
    /// a reason and a last day.
    ///
    /// ## Example
    /// ```yaml
    /// kind: Policy
    /// id: help-can-be-reached
    /// scope: {kinds: [DataProduct]}
    /// validations:
    ///   - expression: size(product.support) > 0
    ///     message: no support channel
    /// ```
    /// and a data product without `support`.
    ///
    /// ## Instead
    /// `meshfolio policy explain help-can-be-reached` shows what the policy asks and of whom.
    ///
    /// ## Configuration
    /// `check.levels` takes the id of the policy: `help-can-be-reached: info`; `policy-violation` means all of
    /// them. A waiver names the id of the policy as its `rule`, or stands in the policy's `waivers`.
    pub static POLICY_VIOLATION = { code: "GOV006", name: "policy-violation", severity: Error, since: "0.1.0" }
}

declare_rule! {
    /// ## What it finds
    /// A policy that came to no answer for a subject: an expression asked a field of something that is not
    /// stated, divided by zero, compared a text with a number, or took too many steps.
    ///
    /// ## Why it matters
    /// A rule that cannot be told is not kept. It weighs as much as that it is not met: at most a warning on trial, an info
    /// while the policy is proposed, and nothing where the policy is off. It is never a pass.
    ///
    /// ## Example
    /// ```yaml
    /// validations:
    ///   - expression: contract.description.usage != ''
    ///     message: no usage
    /// ```
    /// for a contract without `description`.
    ///
    /// ## Instead
    /// ```yaml
    /// validations:
    ///   - expression: stated(contract.description) && stated(contract.description.usage)
    ///     message: no usage
    /// ```
    ///
    /// ## Configuration
    /// A policy may take 1,000,000 steps for one subject and 400,000,000 for all; a step is one operator, one
    /// field or one turn of a loop. `check.levels` takes the id of the policy; a waiver of the policy for a thing covers that it
    /// comes to no answer for it.
    pub static POLICY_WITHOUT_ANSWER = {
        code: "GOV007", name: "policy-without-answer", severity: Error, since: "0.1.0"
    }
}

declare_rule! {
    /// ## What it finds
    /// An expression of a policy or of a scorecard that is no CEL: a bracket that is not closed, an operator too many, a
    /// regular expression that cannot be read.
    ///
    /// ## Why it matters
    /// The policy is not run until it can be read.
    ///
    /// ## Example
    /// ```yaml
    /// expression: size(product.support > 0
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// expression: size(product.support) > 0
    /// ```
    ///
    /// ## Configuration
    /// `check.levels` takes `unreadable-expression: warning`. `docs/policies.md` of meshfolio shows what expressions can say.
    pub static UNREADABLE_EXPRESSION = {
        code: "GOV008", name: "unreadable-expression", severity: Error, since: "0.1.0"
    }
}

declare_rule! {
    /// ## What it finds
    /// An expression of a policy or of a scorecard that names a field the schema does not know, a function or variable that is not there,
    /// asks what cannot be answered, such as `has()` or the size of a number, or compares with `==`, `!=` or `in` what can never be equal: a
    /// domain and a text, `true` and `'true'`.
    ///
    /// ## Why it matters
    /// A misspelt field would be null for ever, and the rule would find everything or nothing.
    ///
    /// ## Example
    /// ```yaml
    /// expression: contract.slaPropertys.exists(s, s.property == 'retention')
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// expression: contract.slaProperties.exists(s, s.property == 'retention')
    /// ```
    ///
    /// ## Configuration
    /// `check.levels` takes `unknown-name-in-policy: warning`. `meshfolio schema PolicyContext` prints all fields and functions.
    pub static UNKNOWN_NAME = { code: "GOV009", name: "unknown-name-in-policy", severity: Error, since: "0.1.0" }
}

declare_rule! {
    /// ## What it finds
    /// An expression longer than 4,000 bytes, nested deeper than 40 levels, with more than three loops inside
    /// each other, or with a regular expression that is too large.
    ///
    /// ## Why it matters
    /// Nobody can review it, and it may take long.
    ///
    /// ## Example
    /// ```yaml
    /// expression: contract.columns.all(a, contract.columns.all(b, contract.columns.all(c, contract.columns.all(d, true))))
    /// ```
    ///
    /// ## Instead
    /// Name its parts in `variables`, or write several `validations`.
    ///
    /// ## Configuration
    /// `check.levels` takes `expression-over-limit: warning`.
    pub static EXPRESSION_OVER_LIMIT = {
        code: "GOV010", name: "expression-over-limit", severity: Error, since: "0.1.0"
    }
}

declare_rule! {
    /// ## What it finds
    /// A test case of a policy that does not come out as it says: it passes and should not, fails and should
    /// pass, or says something else.
    ///
    /// ## Why it matters
    /// The cases are what the council agreed on. When one fails, the rule is another than the one agreed.
    ///
    /// ## Example
    /// ```yaml
    /// tests:
    ///   - name: nobody to ask
    ///     given: {product: {support: []}}
    ///     expect: pass
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// tests:
    ///   - name: nobody to ask
    ///     given: {product: {support: []}}
    ///     expect: {message: no support channel}
    /// ```
    ///
    /// ## Configuration
    /// `check.levels` takes `failing-policy-test: warning`. `meshfolio policy test` runs the cases alone.
    pub static FAILING_POLICY_TEST = { code: "GOV011", name: "failing-policy-test", severity: Error, since: "0.1.0" }
}

declare_rule! {
    /// ## What it finds
    /// A policy, not retired, that binds nothing in this registry, because of a domain, tag, type or unknown
    /// status in its scope. One that waits for the first thing of a kind, or for the first that is deprecated,
    /// say, is silent, and so are all while a file that they may be about cannot be read.
    ///
    /// ## Why it matters
    /// Its scope may be misspelt: then everybody believes in a rule that is never asked.
    ///
    /// ## Example
    /// ```yaml
    /// scope: {kinds: [DataContract], tags: [partner-shares]}
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// scope: {kinds: [DataContract], tags: [partner-share]}
    /// ```
    ///
    /// ## Configuration
    /// `check.levels` takes `policy-without-subjects: off` where rules come before what they are about.
    pub static POLICY_WITHOUT_SUBJECTS = {
        code: "GOV012", name: "policy-without-subjects", severity: Info, since: "0.1.0"
    }
}

declare_rule! {
    /// ## What it finds
    /// A policy whose owner is a team of a domain and whose scope is not within that domain. A team without a
    /// `domain`, such as the council's, may bind everything.
    ///
    /// ## Why it matters
    /// A domain decides for itself, and may ask more of its own products than all agreed on. It does not
    /// decide for others.
    ///
    /// ## Example
    /// ```yaml
    /// kind: Policy
    /// owner: ledger              # a team of the domain finance
    /// scope: {kinds: [DataContract]}
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// kind: Policy
    /// owner: ledger
    /// scope: {kinds: [DataContract], domains: [finance]}
    /// ```
    ///
    /// ## Configuration
    /// `check.levels` takes `policy-beyond-domain: warning`.
    pub static POLICY_BEYOND_DOMAIN = { code: "GOV013", name: "policy-beyond-domain", severity: Error, since: "0.1.0" }
}

declare_rule! {
    /// ## What it finds
    /// Two policies that nothing can meet together: both bind the same things, and ask of one field values
    /// that exclude each other. What is compared are equalities, lists of texts, and whether a field is stated.
    ///
    /// ## Why it matters
    /// A domain may tighten what all agreed on, never loosen it. A rule that asks the opposite would leave
    /// its products with a finding whatever they do.
    ///
    /// ## Example
    /// ```yaml
    /// expression: product.status in ['proposed', 'active']     # of the council
    /// expression: product.status == 'draft'                    # of a domain
    /// ```
    ///
    /// ## Instead
    /// Ask the council to change its rule, or leave the domain's out.
    ///
    /// ## Configuration
    /// `check.levels` takes `contradicting-policies: warning`.
    pub static CONTRADICTING_POLICIES = {
        code: "GOV014", name: "contradicting-policies", severity: Error, since: "0.1.0"
    }
}

declare_rule! {
    /// ## What it finds
    /// A policy whose id is the name or the code of a built-in rule.
    ///
    /// ## Why it matters
    /// `check.levels`, waivers, `explain` and `new waiver` name rules and policies by one word. Whoever writes it
    /// for one of the two excuses or switches off the other as well.
    ///
    /// ## Example
    /// ```yaml
    /// kind: Policy
    /// id: missing-owner
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// kind: Policy
    /// id: owners-answer
    /// ```
    ///
    /// ## Configuration
    /// `check.levels` takes `policy-named-like-rule: error`.
    pub static POLICY_NAMED_LIKE_RULE = {
        code: "GOV070", name: "policy-named-like-rule", severity: Warning, since: "0.1.0"
    }
}

declare_rule! {
    /// ## What it finds
    /// A policy whose `status` says `retired` while its `stage` has it run, or whose `status` says `draft` or `proposed`
    /// while it is enforced; a policy without a `stage` is enforced. The second is an info.
    ///
    /// ## Why it matters
    /// The stage alone decides whether a policy is run. Whoever reads `status: retired` believes that nothing asks any more.
    ///
    /// ## Example
    /// ```yaml
    /// kind: Policy
    /// id: help-can-be-reached
    /// status: retired
    /// stage: enforced
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// kind: Policy
    /// id: help-can-be-reached
    /// status: retired
    /// stage: retired
    /// ```
    ///
    /// ## Configuration
    /// `check.levels` takes `status-against-stage: error`, or `off`.
    pub static STATUS_AGAINST_STAGE = {
        code: "GOV071", name: "status-against-stage", severity: Warning, since: "0.1.0"
    }
}

fn status_against_stage(context: &Context<'_>, sink: &mut Sink) {
    for policy in context.mesh.policies.iter().filter(|policy| !policy.header.is_broken()) {
        let header = &policy.header;
        let Some(status) = &header.status else { continue };
        let stage = Stage::of(policy);
        let is_over = header.has_status("retired");
        if !(is_over && stage != Stage::Retired || header.is_coming() && stage == Stage::Enforced) {
            continue;
        }
        let stated = if policy.stage.is_some() { "" } else { ", as none is stated" };
        let message = format!(
            "the policy `{}` has the status `{}` and the stage `{}`{stated}: the stage counts",
            header.id.value,
            status.value,
            stage.word()
        );
        let help = if is_over {
            "write `stage: retired` so that it is not run any more, or `status: active`"
        } else {
            "write `status: active`, or `stage: proposed` as long as it is not agreed on"
        };
        let mut finding = STATUS_AGAINST_STAGE
            .at(header.file, status.span, message)
            .label("this does not decide whether it is run")
            .help(help)
            .subject(header.reference());
        if !is_over {
            finding.severity = Severity::Info;
        }
        sink.push(finding);
    }
}

/// Reports policies that are called what a built-in rule is.
pub(crate) fn report_namesakes(mesh: &Mesh, known: &[&'static RuleMeta], sink: &mut Sink) {
    for header in mesh.policies.iter().map(|policy| &policy.header).filter(|header| !header.is_broken()) {
        let id = header.id.value.as_str();
        let is_it = |rule: &&&'static RuleMeta| rule.name == id || rule.code.eq_ignore_ascii_case(id);
        let Some(rule) = known.iter().find(is_it) else { continue };
        let message = format!("the policy `{id}` is called what the built-in rule {} is", rule.code);
        sink.push(
            POLICY_NAMED_LIKE_RULE
                .at(header.file, header.id.span, message)
                .label("levels and waivers cannot tell the two apart")
                .help("give it another id with `meshfolio mv`; levels and waivers of this name stay with the rule")
                .subject(header.reference()),
        );
    }
}
