//! Words and sentences of a made-up enterprise. Four hundred stems, their compounds and a few
//! thousand invented names give a vocabulary as wide as that of a real catalog, so that figures of
//! search are not flattered.

use super::random::Random;

/// Nouns of business and technology, the frequent ones first.
const STEMS: &str = "order customer product payment account invoice shipment contract price delivery \
    claim policy event session campaign store supplier stock return refund ticket employee asset \
    sensor vehicle route parcel warehouse location region market segment channel offer discount \
    voucher basket checkout visit click impression lead opportunity quote deal forecast budget cost \
    revenue margin ledger journal posting balance transfer card loan deposit mortgage credit limit \
    score risk fraud alert case incident request change problem service subscription plan usage \
    meter reading outage grid substation turbine plant batch recipe ingredient material component \
    assembly machine line shift downtime defect inspection audit certificate permit license patient \
    encounter diagnosis procedure prescription dose specimen result referral appointment bed ward \
    clinic provider payer premium benefit coverage member enrolment course student grade lecture \
    exam faculty grant project task milestone timesheet expense travel booking reservation flight \
    seat cabin crew airport gate baggage fare itinerary hotel room guest stay rating review survey \
    response feedback complaint call agent queue transcript message thread email phone address \
    household person contact consent preference identity device browser cookie page article asset \
    media video track playlist stream episode channelmix advert placement bid auction keyword query \
    ranking catalog category brand variant attribute bundle barcode pallet container vessel port \
    customs tariff duty lane carrier driver trip stop depot fuel battery charger tyre repair part \
    warranty recall dealer showroom lease rental deposit key lock visitor badge building floor desk \
    lamp pump valve pipe tank boiler furnace kiln mill press mould alloy steel sheet coil roll yarn \
    fabric garment size colour style season collection lookbook sample swatch pattern label hanger \
    crop field soil harvest yield seed silo herd milk feed tractor weather storm rainfall wind tide \
    river dam canal bridge road signal junction lane toll parking meterpoint bus tram train platform \
    timetable fareband zone district council vote ballot tax levy pension salary bonus payroll grade \
    vacancy applicant interview hire onboarding training skill appraisal absence leave roster union \
    lawsuit clause obligation penalty settlement escrow trustee fund portfolio position trade broker \
    exchange quotebook benchmark index yieldcurve bond share option future swap collateral haircut \
    exposure stress scenario capital reserve provision treaty reinsurer peril hazard survey surveyor \
    dwelling hectare parcelmap cadastre deed title tenant landlord rent repairlog utility tariffplan \
    circuit router switch antenna cell tower spectrum handset voucherbook roaming topup bundleplan \
    ticketline helpdesk changelog release build deployment cluster node tablet table dataset column \
    schema lineage glossary steward domain pipeline job run check metric threshold promise consumer";

const ADJECTIVES: &str = "daily current net gross active open closed pending confirmed regional local global \
    digital physical shared internal external primary secondary late early partial complete manual automatic \
    historic monthly weekly hourly verified estimated recurring seasonal refrigerated fragile insured \
    commercial private public regulated exempt domestic foreign wholesale retail mobile central remote \
    scheduled cancelled disputed restated provisional audited";

const VERBS: &str = "recorded confirmed cancelled shipped matched grouped counted billed settled approved \
    rejected measured estimated corrected merged archived published received assigned routed priced \
    forecast reconciled masked delivered scanned weighed refunded renewed transferred observed";

const STARTS: &str = "ba be bro ca cor da del el fa fin ga gra hel in jo ka lin lu ma mer na nor or pa per qui \
    ra ro sa ser sol ta ter ul va vel wes xan yor zen";
const MIDDLES: &str = "la ri mo no ta vi den li ro sa mi len dor ga na";
const ENDS: &str = "ra x n ta vo lis mond ware gate line hub base desk flow net";

/// `{n}` a noun, `{c}` a compound of two, `{a}` an adjective, `{v}` a participle, `{s}` the name of
/// a system, `{d}` a number. No sentence needs quotes as a plain scalar of YAML.
const SENTENCES: [&str; 28] = [
    "One row for each {a} {n}, {v} at the end of the {n}",
    "The {c} is {v} by {s} and checked against the {n} once a day",
    "Written by {s} when a {n} is {v}; never changed afterwards",
    "Holds the {a} {n} of the {c} as {v} by the {n} team",
    "Empty until the {n} has been {v}",
    "Taken from {s}; {a} values are {v} before they reach this table",
    "The {n} that the {c} was {v} for",
    "Counts each {n} once, also when the {c} was {v} more than once",
    "Rows older than {d} days are {v} and move to the {n} archive",
    "Use it to join the {c} with the {a} {n}",
    "A {n} without a {c} is {v} under the {a} {n} of its {n}",
    "Times are in UTC; the {n} of {s} keeps its local time as well",
    "Amounts are in the currency of the {n}, {v} with the rate of that day",
    "The {a} {n} differs from the {c} by at most {d} in a thousand",
    "Not meant for {n} reporting, since {a} {n} values arrive up to {d} hours late",
    "Each {n} keeps its first {c}; a later one is {v} as a new row",
    "Where {s} does not know the {n}, the {a} one of the {n} is used",
    "The number of {n} changes since the {c} was {v}",
    "Groups {a} {n} rows by {n} and {c}",
    "Only {a} rows; those {v} by hand carry the mark of the {n} desk",
    "The {c} of the {n}, as printed on the {a} {n}",
    "Agreed with the {n} owners; {d} of them read it every day",
    "Derived from {n} and {n}, rounded to the {a} {n}",
    "The key of the {n} in {s}, kept so that a {c} can be traced back",
    "Refreshed every {d} minutes while the {n} is open",
    "Says whether the {n} was {v} within the {a} {n}",
    "The {a} share of the {c} that was {v} through the {n}",
    "Null for every {n} that was {v} before {s} went live",
];

/// The words to choose from.
#[derive(Debug)]
pub(crate) struct Words {
    stems: Vec<&'static str>,
    adjectives: Vec<&'static str>,
    verbs: Vec<&'static str>,
    starts: Vec<&'static str>,
    middles: Vec<&'static str>,
    ends: Vec<&'static str>,
}

impl Words {
    /// Splits the lists.
    pub(crate) fn new() -> Words {
        let split = |list: &'static str| list.split_whitespace().collect::<Vec<_>>();
        let mut stems: Vec<&'static str> = Vec::new();
        for stem in split(STEMS) {
            if !stems.contains(&stem) {
                stems.push(stem);
            }
        }
        Words {
            stems,
            adjectives: split(ADJECTIVES),
            verbs: split(VERBS),
            starts: split(STARTS),
            middles: split(MIDDLES),
            ends: split(ENDS),
        }
    }

    /// Picks any stem, each as often.
    pub(crate) fn stem(&self, random: &mut Random) -> &'static str {
        random.pick(&self.stems)
    }

    /// Picks a noun, frequent ones more often.
    pub(crate) fn noun(&self, random: &mut Random) -> &'static str {
        self.stems[random.rank(self.stems.len())]
    }

    /// Picks an adjective.
    pub(crate) fn adjective(&self, random: &mut Random) -> &'static str {
        random.pick(&self.adjectives)
    }

    /// Invents the name of a system: one of about 9,000.
    pub(crate) fn system(&self, random: &mut Random) -> String {
        let mut name = String::new();
        name.push_str(random.pick(&self.starts));
        name.push_str(random.pick(&self.middles));
        name.push_str(random.pick(&self.ends));
        name[..1].make_ascii_uppercase();
        name
    }

    /// Appends `n_sentences` sentences, each with its full stop.
    pub(crate) fn sentences(&self, random: &mut Random, n_sentences: usize, out: &mut String) {
        for index in 0..n_sentences {
            if index > 0 {
                out.push(' ');
            }
            self.clause(random, out);
            out.push('.');
        }
    }

    /// Appends one sentence without its full stop.
    pub(crate) fn clause(&self, random: &mut Random, out: &mut String) {
        let mut rest = random.pick(&SENTENCES);
        while let Some((before, after)) = rest.split_once('{') {
            out.push_str(before);
            match after.as_bytes()[0] {
                b'n' => out.push_str(self.noun(random)),
                b'a' => out.push_str(self.adjective(random)),
                b'v' => out.push_str(random.pick(&self.verbs)),
                b'd' => out.push_str(&random.between(2, 90).to_string()),
                b's' => out.push_str(&self.system(random)),
                _ => {
                    out.push_str(self.noun(random));
                    out.push('-');
                    out.push_str(self.stem(random));
                }
            }
            rest = &after[2..];
        }
        out.push_str(rest);
    }
}

/// Writes `late-order` as `Late order`.
pub(crate) fn title(id: &str) -> String {
    let mut title = id.replace(['-', '_'], " ");
    title[..1].make_ascii_uppercase();
    title
}
