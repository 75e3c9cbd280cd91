//! What a person chooses on the mapping page, and the answer that it makes.

use std::collections::BTreeMap;

use domain::imports::fields::{BillField, FieldSource, FieldSources};
use domain::imports::mapping::{MappingAnswer, MappingQuestion};

/// Where a field is to be taken from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Choice {
    /// Nowhere.
    #[default]
    None,
    /// The column of this place in the question.
    Column(usize),
    /// One value for the whole file.
    Constant(String),
}

/// The choices by field.
pub type Choices = BTreeMap<BillField, Choice>;

const CONSTANT: &str = "constant";

impl Choice {
    /// As the value of an option.
    pub fn value(&self) -> String {
        match self {
            Self::None => String::new(),
            Self::Column(at) => at.to_string(),
            Self::Constant(_) => CONSTANT.to_owned(),
        }
    }

    /// The choice that an option's value stands for.
    pub fn of(value: &str) -> Self {
        match value {
            CONSTANT => Self::Constant(String::new()),
            other => other.parse().map_or(Self::None, Self::Column),
        }
    }
}

/// The value of the option for a constant.
pub const fn constant_value() -> &'static str {
    CONSTANT
}

/// What is chosen at first: what is known or guessed; for what only a constant is likely to tell, a constant.
pub fn first_choices(question: &MappingQuestion) -> Choices {
    let column = |name: &str, nth: usize| {
        question.columns.iter().position(|column| column.name == name && column.nth == nth).map(Choice::Column)
    };
    let mut choices: Choices = question
        .sources
        .iter()
        .filter_map(|(field, source)| match source {
            FieldSource::Column { name, nth } => Some((*field, column(name, *nth)?)),
            FieldSource::Constant(value) => Some((*field, Choice::Constant(value.clone()))),
        })
        .collect();
    for field in question.missing.iter().filter(|field| field.may_be_constant()) {
        choices.entry(*field).or_insert_with(|| Choice::Constant(String::new()));
    }
    choices
}

/// The answer that the choices make.
pub fn answer(question: &MappingQuestion, choices: &Choices, name: &str) -> MappingAnswer {
    let source = |choice: &Choice| match choice {
        Choice::None => None,
        Choice::Column(at) => {
            question.columns.get(*at).map(|column| FieldSource::Column { name: column.name.clone(), nth: column.nth })
        }
        Choice::Constant(value) => (!value.trim().is_empty()).then(|| FieldSource::Constant(value.trim().to_owned())),
    };
    let sources: FieldSources = choices.iter().filter_map(|(field, choice)| Some((*field, source(choice)?))).collect();
    MappingAnswer { sources, name: name.trim().to_owned() }
}

/// What stands in the first rows of the chosen column.
pub fn sample(question: &MappingQuestion, choice: &Choice) -> String {
    match choice {
        Choice::Column(at) => question.columns.get(*at).map(|column| column.samples.join(" · ")).unwrap_or_default(),
        Choice::None | Choice::Constant(_) => String::new(),
    }
}

/// The fields that are asked for, in three parts: what a file cannot do without (and its days), what describes a line, and
/// the parts of its amounts. Of a recognised file only what is missing.
pub fn asked(question: &MappingQuestion) -> [Vec<BillField>; 3] {
    if !question.format.is_empty() {
        return [question.missing.clone(), Vec::new(), Vec::new()];
    }
    let mut parts = [Vec::new(), Vec::new(), Vec::new()];
    for field in BillField::ALL.iter().copied().filter(|field| field.is_mappable()) {
        let first = matches!(field, BillField::ChargeStart | BillField::CustomerName | BillField::Service);
        let part = if first || field.is_required() { 0 } else { 1 + usize::from(field >= BillField::List) };
        parts[part].push(field);
    }
    parts
}

#[cfg(test)]
mod tests {
    use domain::ids::DeliveryId;
    use domain::imports::mapping::ColumnSample;

    use super::*;

    fn question(format: &str) -> MappingQuestion {
        let column = |name: &str, nth| ColumnSample { name: name.into(), nth, samples: vec!["1".into(), "2".into()] };
        MappingQuestion {
            delivery: DeliveryId::new("d"),
            file: "f.csv".into(),
            format: format.into(),
            columns: vec![column("钱", 0), column("钱", 1), column("人", 0)],
            sources: FieldSources::from([(BillField::Due, FieldSource::Column { name: "钱".into(), nth: 1 })]),
            missing: vec![BillField::Currency],
            kept_until: String::new(),
        }
    }

    #[test]
    fn choices_make_the_answer_that_they_show() {
        let question = question("");
        let mut choices = first_choices(&question);
        assert_eq!(choices[&BillField::Due], Choice::Column(1));
        assert_eq!(choices[&BillField::Currency], Choice::Constant(String::new()));
        choices.insert(BillField::CustomerAccount, Choice::of("2"));
        choices.insert(BillField::Service, Choice::of(""));
        let answer = answer(&question, &choices, " a ");
        assert_eq!(answer.name, "a");
        assert_eq!(answer.sources.keys().copied().collect::<Vec<_>>(), [BillField::CustomerAccount, BillField::Due]);
        assert_eq!(answer.sources[&BillField::Due], FieldSource::Column { name: "钱".into(), nth: 1 });
        assert_eq!(sample(&question, &choices[&BillField::Due]), "1 · 2");
        for choice in [Choice::None, Choice::Column(3), Choice::Constant(String::new())] {
            assert_eq!(Choice::of(&choice.value()), choice);
        }
    }

    #[test]
    fn a_recognised_file_is_only_asked_what_it_leaves_open() {
        assert_eq!(asked(&question("Huawei")), [vec![BillField::Currency], vec![], vec![]]);
        let [first, more, amounts] = asked(&question(""));
        assert!(
            first.contains(&BillField::Month) && more.contains(&BillField::Tags) && amounts.contains(&BillField::Cash)
        );
    }
}
