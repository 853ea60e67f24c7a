//! The `CFG` rules: whether the tool is told what it needs to know.

use crate::declare_rule;
use crate::diagnostic::RuleMeta;

/// All rules of this family, by code.
pub const RULES: &[&RuleMeta] = &[
    &INVALID_CONFIGURATION,
    &UNKNOWN_RULE,
    &BAD_GLOB,
    &MISSING_ROOT,
    &NO_DESCRIPTORS,
    &MISSING_FOLDER,
    &MISNAMED_CONFIGURATION,
];

declare_rule! {
    /// ## What it finds
    /// A key or value in `meshfolio.yaml` that the tool does not know or cannot use. An `output` that would
    /// overwrite what is read (a root, a folder above one, `.git`) is such a value.
    ///
    /// ## Why it matters
    /// A setting that is silently ignored is worse than none: the team believes it holds.
    ///
    /// ## Example
    /// ```yaml
    /// check:
    ///   deny: warnings
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// check:
    ///   deny: warning
    /// ```
    ///
    /// ## Configuration
    /// `check.levels` takes `invalid-configuration: warning`. `meshfolio schema configuration` prints all keys with their meaning.
    pub static INVALID_CONFIGURATION = { code: "CFG001", name: "invalid-configuration", severity: Error, since: "0.1.0" }
}

declare_rule! {
    /// ## What it finds
    /// A level in `check.levels` or `check.overrides`, or a waiver, for something that is neither a rule nor a policy
    /// of this mesh; and a waiver of `policy-violation`, which is the rule of all policies and no policy.
    ///
    /// ## Why it matters
    /// The level of the rule that was meant is not changed; such a waiver excuses nothing.
    ///
    /// ## Example
    /// ```yaml
    /// check:
    ///   levels: {missing-ownr: warning}
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// check:
    ///   levels: {missing-owner: warning}
    /// ```
    ///
    /// ## Configuration
    /// `check.levels` takes `unknown-rule: warning`. `meshfolio explain` lists all rules with code and name; the ids of policies are accepted too.
    pub static UNKNOWN_RULE = { code: "CFG002", name: "unknown-rule", severity: Error, since: "0.1.0" }
}

declare_rule! {
    /// ## What it finds
    /// A glob in `exclude:` or `overrides:` that cannot be read.
    ///
    /// ## Why it matters
    /// It would match nothing, and files would be read or graded that should not be.
    ///
    /// ## Example
    /// ```yaml
    /// exclude: ["registry/[drafts"]
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// exclude: ["registry/drafts/**"]
    /// ```
    ///
    /// ## Configuration
    /// `check.levels` takes `bad-glob: warning`.
    pub static BAD_GLOB = { code: "CFG003", name: "bad-glob", severity: Error, since: "0.1.0" }
}

declare_rule! {
    /// ## What it finds
    /// A folder in `roots:` that does not exist.
    ///
    /// ## Why it matters
    /// All descriptors that should be there would be missing from the mesh without a word.
    ///
    /// ## Example
    /// ```yaml
    /// roots: [regsitry]
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// roots: [registry]
    /// ```
    ///
    /// ## Configuration
    /// `check.levels` takes `missing-root: warning`.
    pub static MISSING_ROOT = { code: "CFG004", name: "missing-root", severity: Error, since: "0.1.0" }
}

declare_rule! {
    /// ## What it finds
    /// A run that read no descriptor at all.
    ///
    /// ## Why it matters
    /// A check of nothing passes; a pipeline that looks into the wrong folder would stay green for ever.
    ///
    /// ## Example
    /// ```text
    /// $ cd ~ && meshfolio check
    /// ```
    ///
    /// ## Instead
    /// Run it in the folder with `meshfolio.yaml` or below it, or point `-C` there; set `roots:`, or run `meshfolio init`
    /// to begin.
    ///
    /// ## Configuration
    /// `check.levels` takes `CFG005: error` where an empty registry must fail.
    pub static NO_DESCRIPTORS = { code: "CFG005", name: "no-descriptors", severity: Warning, since: "0.1.0" }
}

declare_rule! {
    /// ## What it finds
    /// A folder named in `site.theme` or `observations:` that does not exist.
    ///
    /// ## Why it matters
    /// The site would look other than meant, or show promises without the results that were meant to prove them.
    ///
    /// ## Example
    /// ```yaml
    /// site: {theme: themes/acmee}
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// site: {theme: themes/acme}
    /// ```
    ///
    /// ## Configuration
    /// A missing folder of `observations` is a warning, since results may come later; the default one, `observations`,
    /// need not exist.
    pub static MISSING_FOLDER = { code: "CFG006", name: "missing-folder", severity: Error, since: "0.1.0" }
}

declare_rule! {
    /// ## What it finds
    /// A `meshfolio.yml` where there is no `meshfolio.yaml`.
    ///
    /// ## Why it matters
    /// The configuration has one name. Under another it is not read, and everything takes its default without a word.
    ///
    /// ## Example
    /// ```text
    /// meshfolio.yml
    /// ```
    ///
    /// ## Instead
    /// ```text
    /// meshfolio.yaml
    /// ```
    ///
    /// ## Configuration
    /// None. `--config meshfolio.yml` reads it all the same.
    pub static MISNAMED_CONFIGURATION = { code: "CFG007", name: "misnamed-configuration", severity: Error, since: "0.1.0" }
}
