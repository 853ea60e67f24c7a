//! The pages of the site itself: what people look for by the name of a task and not of a thing.

/// A page that every site has.
pub(super) struct OwnPage {
    /// Where it is, from the top of the site.
    pub path: &'static str,
    /// What it is called.
    pub title: &'static str,
    /// What else people type who look for it.
    pub others: &'static [&'static str],
    /// What is on it.
    pub say: &'static str,
}

/// All of them; the position is the number in its entry.
pub(super) const PAGES: [OwnPage; 13] = [
    OwnPage {
        path: "access.html",
        title: "Access",
        others: &["How to get access", "Request access", "Access agreements", "Permissions"],
        say: "How to ask for access to data, and what has been agreed.",
    },
    OwnPage {
        path: "waivers.html",
        title: "Waivers",
        others: &["Exceptions", "Exemptions"],
        say: "Rules that are set aside: for what, why, by whom and until when.",
    },
    OwnPage {
        path: "scorecard.html",
        title: "Scorecard",
        others: &["Scores", "Checks", "Maturity", "Readiness"],
        say: "Sixteen checks on six sides of every product, the weakest domains first.",
    },
    OwnPage {
        path: "deprecations.html",
        title: "What will end",
        others: &["Deprecations", "Sunset", "End of life", "End of support"],
        say: "Contracts that end: when, what replaces them, and who still reads them.",
    },
    OwnPage {
        path: "changes.html",
        title: "Changes",
        others: &["What is new", "News", "Changelog"],
        say: "What moved, and what will end.",
    },
    OwnPage {
        path: "map.html",
        title: "Domain map",
        others: &["Mesh map"],
        say: "How the domains depend on each other.",
    },
    OwnPage {
        path: "browse/index.html",
        title: "Browse",
        others: &["A to Z", "Tags"],
        say: "Everything by letter, and products by status, domain, owner, port type, classification and tag.",
    },
    OwnPage {
        path: "glossary/index.html",
        title: "Glossary",
        others: &["Terms", "Definitions", "Dictionary"],
        say: "What words mean here, and which columns carry them.",
    },
    OwnPage {
        path: "policies/index.html",
        title: "Policies",
        others: &["Governance"],
        say: "What must hold for products and contracts, and why.",
    },
    OwnPage {
        path: "rules/index.html",
        title: "Built-in rules",
        others: &["Rule codes"],
        say: "What is checked in every registry: what each rule finds, and how much it counts.",
    },
    OwnPage { path: "teams/index.html", title: "Teams", others: &[], say: "Who owns what, and how to reach them." },
    OwnPage {
        path: "domains/index.html",
        title: "Domains",
        others: &[],
        say: "Who answers for which part of the business.",
    },
    OwnPage {
        path: "sources/index.html",
        title: "Source systems",
        others: &[],
        say: "Systems outside the mesh that feed it.",
    },
];
