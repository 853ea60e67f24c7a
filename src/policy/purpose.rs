//! Whether a purpose tells what data is for. English, German, French and Spanish, as far as the words go.

use super::personal::fold;

/// What the help of findings and forms has in the place of a purpose; other phrases are told by their words.
const EMPTY: [&str; 3] = ["what for", "what the consumer needs the data for", "what you need it for"];

/// Words that hold a sentence together. All in lower case: `ä ö ü ß` as `ae oe ue ss`, other accents left out.
const HOLDING: &str = "\
 a an the this that these those of for to in on at by with from as and or if it its is are be been being was were \
 will would shall can could may might must should we i you he she they our us my me your their do does did done has \
 have had get gets getting got give gives given not no yet still so some any all more most other others etc eg ie \
 when where what which who why how later soon now then here there just only also very please per via about into out \
 up down \
 der die das den dem des ein eine einen einem einer eines und oder fuer von vom zu zum zur im am an auf aus bei mit \
 nach ueber um wir ich sie es er uns unser unsere unserem unseren unserer ihr ihre mein meine dies diese dieser diesen \
 dieses wird werden wurde worden ist sind sein soll sollen muss muessen kann koennen noch nicht kein keine spaeter bald \
 dann hier da wie was wofuer wozu warum usw bzw siehe \
 le la les l un une du de d et ou pour par avec dans sur en au aux nous je vous ils elles il elle on notre nos votre \
 vos mon ma mes ce cette ces cet est sont sera seront etre ete avons ai avoir ne pas non plus tard bientot encore que \
 qui quoi comment pourquoi voir \
 el los las lo una unos unas del y o u para por con al nosotros yo ustedes su sus nuestro nuestra nuestros nuestras mi \
 mis este esta estos estas es son ser estar ha han sido hay aun todavia mas tarde adelante luego pronto como porque \
 ver segun";

/// Words that are true of every use of data, or that stand where a purpose will stand.
const EMPTY_WORDS: &str = "\
 tbd tba tbc todo fixme xxx need needs needed needing want wants wanted require requires required requirement \
 requirements use uses used using usage useful purpose purposes reason reasons data dataset datasets information info \
 access accessing read reading available analytics analytic analytical analysis analyses analyse analyze analysing \
 analyzing reporting report reports dashboard dashboards insight insights intelligence business bi work working job \
 team teams department departments project projects internal internally external general generic various different \
 several misc miscellaneous ad hoc adhoc stuff thing things something anything everything define defined determine \
 determined decide decided specify specified clarify clarified confirm confirmed complete completed fill filled follow \
 follows discuss discussed agree agreed request requested requesting see ticket describe described description \
 placeholder unknown none nothing applicable pending test tests testing kinds \
 brauchen braucht brauche benoetigen benoetigt benoetige bedarf nutzen nutzung verwenden verwendet verwendung zweck \
 zwecke zwecken zwecks grund daten datensatz datenzugriff datenanalyse datenauswertung zugriff zugang lesen auswerten \
 auswertung auswertungen analysieren analyse analysen bericht berichte berichten berichtswesen geschaeftlich \
 geschaeftliche geschaeftlichen geschaeftszwecke analysezwecke testzwecke intern interne internen interner allgemein \
 allgemeine allgemeinen diverse verschiedene verschiedenen sonstige sonstiges arbeit projekt abteilung definieren \
 definiert festlegen festgelegt festzulegen klaeren geklaert ergaenzen ergaenzt nachgereicht folgt offen unbekannt \
 besprochen vereinbart absprache anfrage testen platzhalter beschreibung \
 besoin besoins utiliser utilisation usages utilise utile but objectif fin fins raison donnee donnees acces lire lecture \
 analyser analytique analytiques rapport rapports tableau tableaux bord interne internes generale generales divers \
 diverses metier travail projet equipe definir defini definie definis preciser precise precisee completer complet \
 determiner determine confirmer suivre suit inconnu convenu discute demande \
 necesitamos necesito necesita necesitan necesario necesaria necesidad uso usos usar utilizar utilizacion fines \
 proposito motivo objetivo dato datos acceso leer lectura analisis analizar analitica analitico informe informes \
 reporte reportes interno interna internos internas generales varios varias diverso diversos negocio trabajo proyecto \
 equipo departamento definido definida determinar determinado confirmar completar concretar especificar pendiente \
 desconocido acordado hablado solicitud prueba pruebas";

/// Says whether a purpose tells nobody what the data is for: a single word, only words that are true of every use
/// (`We need the data`, `for analytics`), or what stands where a purpose will stand (`to be defined later`).
pub(crate) fn says_nothing(purpose: &str) -> bool {
    // Scripts that the lists know no word of, some of which put no space between words.
    if purpose.chars().filter(|c| c.is_alphabetic() && *c > '\u{24f}').count() >= 4 {
        return false;
    }
    let n_words = purpose.split_whitespace().filter(|word| word.chars().any(char::is_alphanumeric)).count();
    let plain = purpose.trim().trim_end_matches(['.', '!', '?']).to_lowercase();
    if n_words < 2 || EMPTY.contains(&plain.as_str()) {
        return true;
    }
    words(purpose).iter().all(|word| {
        let is_listed = |list: &str| list.split(' ').any(|known| known == word);
        // Of `n/a` and numbers nothing is left that says something.
        word.len() < 2 || word.chars().all(char::is_numeric) || is_listed(HOLDING) || is_listed(EMPTY_WORDS)
    })
}

/// Returns the words, spelt as the lists are.
fn words(text: &str) -> Vec<String> {
    let spelt = |word: &str| {
        let mut spelt = String::new();
        word.chars().for_each(|character| fold(character, &mut spelt));
        spelt
    };
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(spelt).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_true_of_every_use_says_nothing() {
        for purpose in [
            "",
            "tbd",
            "Analytics",
            "n/a",
            "TBD / TODO",
            "for analytics",
            "For reporting purposes.",
            "We need the data",
            "we need access to the data for our work",
            "to be defined later",
            "To be determined!",
            "will follow soon",
            "see ticket 4711",
            "as discussed",
            "business use",
            "ad-hoc analysis",
            "internal use only",
            "various reports and dashboards",
            "What you need it for.",
            "what the consumer needs the data for",
            "wird noch festgelegt",
            "Wir brauchen die Daten",
            "für Auswertungen",
            "Zu internen Zwecken.",
            "noch zu klären",
            "à définir plus tard",
            "Nous avons besoin des données",
            "pour analyse",
            "besoin métier",
            "À préciser",
            "por definir más adelante",
            "Necesitamos los datos",
            "para análisis",
            "uso interno del equipo",
            "pendiente de definir",
        ] {
            assert!(says_nothing(purpose), "{purpose}");
        }
    }

    #[test]
    fn short_purposes_that_say_something_are_fine() {
        for purpose in [
            "Churn features",
            "Fraud detection",
            "Sales reporting",
            "VAT return",
            "Customer analytics",
            "Analysis of returns",
            "We need the data to plan vans",
            "Test the new checkout",
            "Dashboard of late deliveries",
            "Reports to the board",
            "Recall of batches",
            "Betrugserkennung im Shop",
            "Auswertung der Retouren",
            "Analyse des retours",
            "Suivi des livraisons",
            "Informe de ventas",
            "Detección de fraude",
            "需要数据来预测需求",
            "Прогноз спроса",
        ] {
            assert!(!says_nothing(purpose), "{purpose}");
        }
    }
}
