//! The words of column names, English, German, French and Spanish, and what each of them tells. All in lower
//! case: `ä ö ü ß` as `ae oe ue ss`, other accents left out, no digits.

use super::Detector;

/// What a word tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Personal data by itself.
    Says(Detector),
    /// An address: of a person unless it belongs to something that is not known to be one.
    Place,
    /// A part of an address, when a person or a dwelling stands beside it.
    Part,
    /// `name`: of a person beside a person or [`Role::Given`].
    Name,
    /// `full`: a name with it is that of a person unless a thing stands before it.
    Given,
    /// A person.
    Person,
    /// A company, a place of business: what belongs to it is nobody's.
    Organisation,
    /// A machine: its addresses are nobody's.
    Machine,
    /// The root of words of birth.
    Birth,
    /// A part of a day: beside [`Role::Birth`] a birth date.
    Day,
    /// `number`, `no`.
    Number,
    /// `id`, `key`: refers to a thing that is described elsewhere.
    Key,
    /// Where somebody lives or has things sent.
    Dwelling,
    /// `primary`, `old`: says which one, not what.
    Which,
    /// A thing: what it has is nobody's, unless it has somebody (`project_manager_name`).
    Thing,
    /// `of`, `the`: says nothing.
    Filler,
    /// `count`, `sent`, `type`: the column is about the field, not the field.
    About,
}

use Detector::{Address, BirthDate, Card, Email, Iban, Ip, NationalId, PersonName, Phone, Trait};
use Role::{
    About, Birth, Day, Dwelling, Filler, Given, Key, Machine, Name, Number, Organisation, Part, Person, Place, Says,
    Thing, Which,
};

/// How words end that nothing else is known about and that are persons: German, French, Spanish.
pub(super) const PERSON_ENDS: &[&str] = &[
    "steller", "nehmer", "geber", "haber", "leiter", "traeger", "teur", "deur", "neur", "ieur", "euse", "trice",
    "taire", "ciaire", "dor", "dora", "tario", "taria",
];

/// Words for a sort of something: `contact_type` lists sorts of contacts and no contact.
pub(super) const KINDS: &[&str] =
    &["type", "typ", "kind", "class", "category", "kategorie", "method", "mode", "status", "reason", "tipo", "art"];

/// Words that end so and are none.
pub(super) const NO_PERSONS: &[&str] = &[
    "serveur",
    "compteur",
    "moteur",
    "secteur",
    "facteur",
    "indicateur",
    "ordinateur",
    "processeur",
    "capteur",
    "vecteur",
    "hauteur",
    "connecteur",
    "commentaire",
    "inventaire",
    "secretaire",
    "budgetaire",
    "unitaire",
    "servidor",
    "ordenador",
    "indicador",
    "contador",
    "procesador",
    "refrigerador",
    "buscador",
    "navegador",
    "identificador",
    "dispensador",
    "inventario",
    "comentario",
    "presupuestaria",
    "corridor",
    "ratgeber",
    "datentraeger",
    "kostentraeger",
    "halbleiter",
];

/// Single words. The plural of one is found without standing here.
pub(super) const WORDS: &[(Role, &str)] = &[
    (Says(Email), "email mail emailaddress emailaddr emailadresse mailadresse correo courriel correoelectronico"),
    (
        Says(Phone),
        "phone telephone telefon telefono mobile cell cellphone cellular landline fax telefax tel tlf telf fon handy \
         mobil movil celular portable gsm msisdn rufnummer fone telf telnr whatsapp festnetz mobilfunk mobilfunknummer",
    ),
    (
        Says(PersonName),
        "firstname lastname surname forename middlename givenname familyname maidenname nickname username \
         fname lname vorname nachname zuname familienname geburtsname maedchenname rufname \
         prenom patronyme apellido screenname loginname benutzername vorna nachn",
    ),
    (
        Says(Address),
        "street strasse rue calle hausnummer hausnr anschrift wohnadresse privatadresse wohnanschrift domicilio \
         postadresse addressline lieferadresse rechnungsadresse lieferanschrift rechnungsanschrift voie heimadresse \
         meldeadresse strassenname postanschrift versandadresse stras",
    ),
    (Place, "address addr adresse direccion adres"),
    (
        Part,
        "zip zipcode postcode postalcode plz postleitzahl cp postal postale city town ort wohnort stadt ville ciudad \
         localidad municipio commune poblacion codepostal codigopostal",
    ),
    (
        Says(Iban),
        "iban bban clabe bankkonto bankkontonummer girokonto kontonummer kontonr kontoverbindung bankverbindung \
         bankaccount bankaccountnumber bankaccountno bankacct",
    ),
    (Says(Ip), "ip ipaddress ipaddr ipv ipadresse clientip userip remoteaddr remoteip"),
    (
        Says(BirthDate),
        "dob birthdate birthday birthyear birthplace geburtsdatum geburtstag geburtsjahr geburtsort gebdat gebdatum \
         geburtsland gbdat bdate bday datenaissance ddn fechanacimiento fnac dateofbirth yob",
    ),
    (
        Says(NationalId),
        "ssn passport passportno reisepass reisepassnummer passnummer passeport pasaporte nif nie dni curp cpf bsn \
         pesel nino aadhaar nir nuss sozialversicherungsnummer svnr svnummer rentenversicherungsnummer \
         versichertennummer krankenversichertennummer steueridentifikationsnummer steuerid idnr personalausweis \
         personalausweisnummer ausweisnummer ausweisnr fuehrerschein fuehrerscheinnummer nationalid insee ahv \
         ahvnummer nss cni steuerident kvnr steuernummer steuernr tin",
    ),
    (Says(Card), "creditcard cardnumber cardno ccnumber ccnum kreditkarte kreditkartennummer ccn cvv cvc"),
    (
        Says(Trait),
        "gender sex geschlecht sexe sexo ethnicity ethnie religion konfession nationality nationalitaet nationalite \
         nacionalidad staatsangehoerigkeit salary gehalt salaire salario disability familienstand estadocivil imsi imei \
         marital married maritalstatus zivilstand personenstand matrimonial matrimoniale verheiratet celibataire \
         casado casada soltero soltera blutgruppe schwerbehinderung behinderungsgrad discapacidad",
    ),
    (Name, "name nom nombre nm"),
    (Given, "full complete completo complet"),
    (
        Person,
        "customer cust client person people contact user employee emp worker staff patient driver passenger guest \
         member subscriber applicant candidate student pupil teacher buyer purchaser payer payee recipient addressee \
         holder cardholder accountholder insured policyholder beneficiary visitor attendee participant lead owner \
         author manager mgr supervisor physician doctor caller consumer shopper donor voter resident citizen borrower \
         debtor claimant spouse guardian nominee traveller traveler renter rider courier respondent signer signatory \
         approver assignee requester requestor reporter agent representative individual kin consignee cashier picker \
         nurse instructor sender reviewer crew editor creator speaker trainer coach mentor director officer \
         technician referrer referee friend follower moderator uploader invitee organizer organiser winner tenant \
         landlord plaintiff defendant attorney lawyer judge witness deceased victim suspect investor shareholder \
         dependent husband wife intern trainee professor engineer consultant developer volunteer seller investigator \
         player reader writer pilot captain advisor adviser therapist dentist surgeon clerk actor actress artist singer musician \
         dancer athlete chef waiter farmer midwife carer caregiver lecturer researcher graduate apprentice \
         schauspieler saenger spieler auszubildender lehrling pfleger aerztin arzt lehrer lehrerin \
         kunde mitarbeiter nutzer benutzer ansprechpartner kontakt kontaktperson fahrer gast empfaenger versicherter \
         versicherte versicherungsnehmer inhaber kontoinhaber schueler angestellter arbeitnehmer bewerber mieter \
         besteller kaeufer teilnehmer mitglied halter zahler auftraggeber vertreter betreuer sachbearbeiter absender eigentuemer vertragspartner verkaeufer spender leser zeuge \
         cliente clienta usuario empleado persona contacto paciente alumno conductor pasajero titular destinatario \
         trabajador comprador solicitante beneficiario huesped socio lector donante voluntario testigo tutor remitente \
         utilisateur salarie employe personne beneficiaire destinataire titulaire assure conducteur passager adherent \
         collaborateur voyageur acheteur eleve locataire interlocuteur mandataire conjoint expediteur abonne usager",
    ),
    (
        Organisation,
        "company store shop warehouse branch supplier vendor merchant org organization organisation business corporate \
         corp firm site depot hub station plant factory hotel restaurant school hospital clinic airport port office \
         headquarters hq retailer dealer manufacturer carrier bank institution agency department dept division brand \
         venue facility building terminal outlet franchise locker garage workshop pharmacy court club support helpdesk service property \
         firma filiale lager lieferant unternehmen haendler hersteller standort niederlassung werk spediteur behoerde \
         dienststelle abteilung entrepot magasin fournisseur societe entreprise boutique agence etablissement usine transporteur \
         siege empresa tienda almacen proveedor sucursal sede fabrica oficina compania transportista establecimiento",
    ),
    (
        Machine,
        "server host hostname gateway router node proxy dns ntp smtp imap mx cluster pod vm switch firewall subnet lb \
         broker nic machine",
    ),
    (Birth, "birth born geburt geburts geb naissance nacimiento nac naiss"),
    (Day, "datetime date day year month dt datum tag jahr jour annee fecha ano place lieu lugar mois mes dat"),
    (Number, "number no nr num nbr nummer numero nro"),
    (Key, "id key fk pk uuid guid ref sk hk oid idx index"),
    (
        Dwelling,
        "home shipping billing ship bill delivery mailing pickup dropoff residence residential invoice correspondence wohn liefer \
         rechnungs rechnung lieferung heim livraison facturation domicile envio facturacion entrega casa residencia",
    ),
    (
        Which,
        "work private primary secondary main alternate alternative alt other new old current previous prev permanent \
         temporary raw value val text str string plain clean cleaned normalized encrypted enc latest initial original \
         orig source src destination dest remote login signup registration registered reg notification backup recovery \
         daytime evening line part extra additional field info display legal preferred first last emergency formatted \
         international intl local parent personal biz \
         privat geschaeftlich dienstlich haupt neben neu alt aktuell vorherige zeile zusatz \
         privee prive perso personnel personnelle professionnel professionnelle ligne principal principale fixe \
         secondaire complement actuel actuelle ancien \
         laboral trabajo linea fijo actual particular fiscal mother father mutter vater madre padre pers priv prof to \
         detail gesch override a b c e tagsueber installation",
    ),
    (Filler, "of the for from de du des la le les el los las y et und der die das von vom zu zur del al au aux en"),
    (
        Thing,
        "product item sku article event process job task step project pipeline report chart dashboard file filename \
         folder table column schema campaign template comment note body subject thread attachment image img icon logo \
         country region state province zone area category cat group domain book provider device screen channel policy \
         operator operateur operador app web website wallet memory bus mac page form game movie film course contract \
         order ticket vehicle car flight room asunto objet firmware software",
    ),
    (
        About,
        "count cnt counter flag ind indicator hash hashed sha md valid validity verified verification confirmed \
         validated type typ kind status is has was are can should opt optin optout consent consented allowed sent at \
         rate rating format length len size version language lang opened clicked click open bounced bounce \
         unsubscribed delivered queue protocol class segment ratio pct percent percentage avg average mean sum total \
         min max median score rank url link href path label title desc description hint tooltip placeholder required \
         mandatory enabled disabled active available missing invalid changed updated created deleted modified \
         timestamp ts time duration second minute hour week quality accuracy confidence error failure cost price \
         amount fee currency revenue margin budget plan tariff model color colour subscription method mode latitude \
         longitude lat lon lng geo geohash timezone code prefix suffix extension mask pattern regex metric kpi attempt \
         limit quota threshold rule reason match matched similarity distance unique distinct duplicate dup blacklist \
         whitelist blocklist allowlist reputation risk bot weight height os preference setting option permission \
         frequency marketing newsletter send reply alert reminder trigger tracking \
         nb anzahl anz cantidad preis kosten kategorie art gruppe sprache land pays pais etat statut envoye envoyee \
         valide verifie verifiziert bestaetigt gueltig gesendet compteur taux enviado verificado valido tipo grupo \
         idioma langue tasa",
    ),
];

/// Words that follow each other and tell something together; the longest is taken. Fillers are left out.
pub(super) const PHRASES: &[(Role, &str)] = &[
    (
        Says(Email),
        "smtp addr; smtp address; e mail; email address; e mail address; mail address; email addr; email id; e mail id; mail id; \
         correo electronico; direccion correo; direccion correo electronico; direccion email; courrier electronique; \
         adresse mail; adresse email; adresse e mail; adresse electronique; adresse courriel; email adresse; \
         e mail adresse; mail adresse",
    ),
    (
        Says(Phone),
        "phone number; telephone number; mobile number; mobile phone; mobile phone number; mobile no; cell phone; \
         contact number; contact no; fax number; landline number; tel no; ph no; ph number; work phone; \
         numero telephone; numero tel; num tel; num telephone; numero portable; numero mobile; telephone portable; \
         telephone fixe; telephone mobile; numero telefono; numero movil; numero celular; num telefono; \
         telefono movil; telefono fijo; telefon nr; telefon nummer; tel nr; handy nr; handy nummer; mobil nr; \
         mobil nummer",
    ),
    (
        Says(PersonName),
        "nice name; first name; last name; given name; family name; middle name; maiden name; user name; nick name; screen name; \
         login name; preferred name; middle initial; name first; name last; name given; name family; \
         mother maiden name; contact person; first nm; last nm; \
         vor name; nach name; nom famille; nom usage; nom naissance; nom jeune fille; nom prenom; prenom nom; \
         nom utilisateur; nombre pila; primer nombre; segundo nombre; primer apellido; segundo apellido; \
         nombre apellido; nombre usuario",
    ),
    (
        Says(Address),
        "street address; street number; street name; house number; house no; apartment number; apt number; \
         haus nr; haus nummer; strasse nr; numero rue; nom rue; numero voie; nom voie; calle numero; \
         complement adresse; domicilio fiscal; adresse postale",
    ),
    (Part, "zip code; postal code; post code; zip postal; code postal; codigo postal; cod postal"),
    (
        Says(Iban),
        "bank ac; bank ac no; bank ac nr; bank ac number; bank ac num; bank a c; bank account nr; bank account num; \
         bank acc; bank acc nr; bank acct nr; giro konto; giro account; code rib; numero rib; num rib; rib client; \
         cuenta banco; cuenta bancaria numero; bank account; bank account number; bank account no; bank acct; bank acct number; bank acct no; bank acc number; \
         bank acc no; iban number; bank konto; konto nr; \
         konto nummer; numero compte; num compte; numero compte bancaire; compte bancaire; coordonnees bancaires; \
         cuenta bancaria; numero cuenta; num cuenta; cuenta corriente",
    ),
    (Says(Ip), "ip address; ip addr; ip adresse; adresse ip; direccion ip; remote addr; remote address"),
    (
        Says(BirthDate),
        "born on; born date; date born; ville naissance; pays naissance; commune naissance; pais nacimiento; \
         ciudad nacimiento; birth city; birth country; city birth; country birth; fec nacimiento; fec nac; geburts land",
    ),
    (
        Says(NationalId),
        "social security; social security number; social security no; national id; national id number; \
         national identifier; national identity; national identity number; national insurance; \
         national insurance number; identity card; identity card number; id card; id card number; passport number; \
         passport no; driver license; driver licence; driver s license; driver license number; driver licence number; \
         driving license; driving licence; license number; license no; licence number; licence no; tax id; tax identification; \
         tax identification number; tax file number; tax number; tax no; taxpayer id; taxpayer number; taxpayer no; personal id number; personal identity number; citizen id; nhs number; medicare number; \
         medicare id; health insurance number; government id; gov id; voter id; \
         numero securite sociale; num securite sociale; securite sociale; num secu; numero secu; numero ss; \
         carte identite; numero carte identite; piece identite; numero passeport; permis conduire; \
         numero permis conduire; numero fiscal; numero contribuable; numero insee; numero identite; registre national; \
         documento identidad; numero documento; seguridad social; numero seguridad social; carnet conducir; \
         permiso conducir; carnet identidad; numero pasaporte; numero identificacion fiscal; \
         steuer id; steuer nummer; steuer nr; steuer identifikationsnummer; sozialversicherungs nr; sv nr; sv nummer; personalausweis nr; \
         ausweis nr; ausweis nummer; reisepass nr; pass nr; fuehrerschein nr; versicherten nr; ahv nr",
    ),
    (
        Says(Card),
        "credit card; credit card number; credit card no; card number; card no; debit card; debit card number; \
         cc number; cc num; cc no; primary account number; kreditkarten nr; kreditkarten nummer; numero carte; \
         numero carte bancaire; carte bancaire; carte credit; numero tarjeta; tarjeta credito",
    ),
    (
        Says(Trait),
        "marital status; marriage status; married status; civil state; personal status; situation matrimoniale; regime matrimonial; \
         etat matrimonial; estado matrimonial; situacion familiar; situacion matrimonial; blood type; blood group; sexual orientation; civil status; estado civil; etat civil; \
         situation familiale; political opinion; political affiliation; union membership; health condition; \
         groupe sanguin; grupo sanguineo",
    ),
    (Machine, "user agent; name server; domain name; host name; street view; stage name; service account; mail server"),
    (
        About,
        "opt in; opt out; phone model; phone brand; phone case; sim card; sd card; gift card; gift card number; \
         loyalty card; business card; mobile app; mobile web; mobile site; mobile device; mobile banking; birth rate; \
         birth weight; sex ratio; gender ratio; gender gap; salary band; salary range; salary grade; cell id; \
         cell line; cell tower; table cell; fuel cell; solar cell; battery cell; ip rating; ip class; mailing list; \
         passport office; street light; cell value; number of; e mail template",
    ),
];
