//! The instruments whose scores a referral can have, and the measure by which each is read.

use crate::edition::Edition;
use crate::measure::Measure;

macro_rules! instruments {
    ($($(#[$doc:meta])* $variant:ident = $id:literal, $column:literal;)+) => {
        /// A questionnaire, or an item of one that is reported on its own.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[cfg_attr(
            feature = "serde",
            derive(serde::Serialize, serde::Deserialize),
            serde(rename_all = "snake_case")
        )]
        #[repr(u8)]
        pub enum Instrument { $($(#[$doc])* $variant,)+ }

        impl Instrument {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The identifier in the edition's table, as in `PHQ9`.
            #[must_use]
            pub const fn id(self) -> &'static str {
                match self { $(Self::$variant => $id,)+ }
            }

            /// How columns are called after it, as in `phq9`.
            #[must_use]
            pub const fn column(self) -> &'static str {
                match self { $(Self::$variant => $column,)+ }
            }
        }
    };
}

instruments! {
    /// PHQ-9: depression.
    Phq9 = "PHQ9", "phq9";
    /// GAD-7: generalised anxiety.
    Gad7 = "GAD7", "gad7";
    /// SPIN: social anxiety.
    Spin = "SPIN", "spin";
    /// Mobility Inventory, alone: agoraphobia.
    Mi = "MI", "mi";
    /// OCI: obsessive-compulsive disorder.
    Oci = "OCI", "oci";
    /// PCL-5: post-traumatic stress disorder.
    Pcl5 = "PCL5", "pcl5";
    /// IES-R: post-traumatic stress disorder, before PCL-5.
    Iesr = "IESR", "iesr";
    /// PDSS: panic disorder.
    Pdss = "PDSS", "pdss";
    /// HAI: health anxiety.
    Hai = "HAI", "hai";
    /// PSWQ: worry.
    Pswq = "PSWQ", "pswq";
    /// Body dysmorphic disorder; no national threshold is confirmed.
    Biq = "BIQ", "biq";
    /// Chronic fatigue; no national threshold is confirmed.
    Cfq = "CFQ", "cfq";
    /// Irritable bowel syndrome; no national threshold is confirmed.
    Ibs = "IBS", "ibs";
    /// Other medically unexplained symptoms; no national threshold is confirmed.
    Phq15 = "PHQ15", "phq15";
    /// WSAS: functioning, in total.
    Wsas = "WSAS", "wsas";
    /// WSAS, work.
    WsasWork = "WSAS_WORK", "wsas_work";
    /// WSAS, home management.
    WsasHomeManagement = "WSAS_HOME_MANAGEMENT", "wsas_home_management";
    /// WSAS, social leisure activities.
    WsasSocialLeisure = "WSAS_SOCIAL_LEISURE", "wsas_social_leisure";
    /// WSAS, private leisure activities.
    WsasPrivateLeisure = "WSAS_PRIVATE_LEISURE", "wsas_private_leisure";
    /// WSAS, relationships.
    WsasRelationships = "WSAS_RELATIONSHIPS", "wsas_relationships";
}

impl Instrument {
    /// How many there are.
    pub const COUNT: usize = Self::ALL.len();

    /// The items of WSAS that are reported on their own, in the questionnaire's order.
    pub const WSAS_ITEMS: [Self; 5] = [
        Self::WsasWork,
        Self::WsasHomeManagement,
        Self::WsasSocialLeisure,
        Self::WsasPrivateLeisure,
        Self::WsasRelationships,
    ];

    /// The instrument that a name or a SNOMED CT code of the edition means; case, blanks and punctuation do not
    /// matter.
    #[must_use]
    pub fn named(name: &str, edition: &Edition) -> Option<Self> {
        let name = name.trim();
        let code = edition.codes.iter().find(|(code, _)| *code == name).map(|(_, id)| *id);
        let wanted = code.unwrap_or(name);
        Self::ALL
            .iter()
            .copied()
            .find(|instrument| instrument.names(edition).into_iter().flatten().any(|n| alike(n, wanted)))
    }

    /// What it is called in an edition's table, as in `PHQ-9`.
    #[must_use]
    pub fn name(self, edition: &Edition) -> &'static str {
        self.names(edition)[1].unwrap_or(self.id())
    }

    fn names(self, edition: &Edition) -> [Option<&'static str>; 3] {
        let built_in = edition.measures.iter().chain(edition.parts).find(|m| m.id == self.id());
        let unconfigured = edition.unconfigured.iter().find(|u| u.id == self.id());
        let name = built_in.map(|m| m.measure.name()).or(unconfigured.map(|u| u.name));
        let national = built_in.and_then(|m| m.national_name).or(unconfigured.map(|u| u.national_name));
        [Some(self.id()), name, national]
    }
}

fn alike(a: &str, b: &str) -> bool {
    let letters = |text: &'_ str| -> alloc::vec::Vec<u8> {
        text.bytes().filter(u8::is_ascii_alphanumeric).map(|b| b.to_ascii_lowercase()).collect()
    };
    letters(a) == letters(b)
}

/// By which measure each instrument's scores are read: those of an edition, or the caller's own.
///
/// ```
/// use iapt_core::Edition;
/// use iapt_core::pathway::{Instrument, Instruments};
/// let instruments = Instruments::of(Edition::CURRENT);
/// assert!(instruments.measure(Instrument::Phq9).is_some());
/// assert!(instruments.measure(Instrument::Cfq).is_none(), "no national threshold of it is confirmed");
/// ```
#[derive(Debug, Clone)]
pub struct Instruments<'m>([Option<&'m Measure>; Instrument::COUNT]);

impl Instruments<'static> {
    /// Those of an edition.
    #[must_use]
    pub fn of(edition: &Edition) -> Self {
        let mut measures = [None; Instrument::COUNT];
        for (slot, instrument) in measures.iter_mut().zip(Instrument::ALL) {
            let built_in = edition.measures.iter().chain(edition.parts).find(|m| m.id == instrument.id());
            *slot = built_in.map(|m| m.measure);
        }
        Self(measures)
    }
}

impl<'m> Instruments<'m> {
    /// The same with one instrument read by the caller's own measure.
    #[must_use]
    pub fn with(mut self, instrument: Instrument, measure: &'m Measure) -> Self {
        self.0[instrument as usize] = Some(measure);
        self
    }

    /// The measure by which an instrument's scores are read; `None` where none is configured.
    #[must_use]
    pub const fn measure(&self, instrument: Instrument) -> Option<&'m Measure> {
        self.0[instrument as usize]
    }

    /// The measure of an instrument whose scores can decide an outcome.
    pub(crate) fn deciding(&self, instrument: Instrument) -> Option<&'m Measure> {
        self.measure(instrument).filter(|measure| measure.decides())
    }
}
