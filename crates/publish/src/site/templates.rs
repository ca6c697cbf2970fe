//! The templates: those built in, each of which an operator may replace.
//!
//! Every expression is escaped; only a string that was marked safe in Rust is not. The escaping leaves `/` as it is,
//! which minijinja's own does not: links would be three times as long.

use std::fmt;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, Output, State, UndefinedBehavior, Value};
use serde::Serialize;

use crate::site::Form;
use crate::site::assets::Assets;
use crate::theme::Theme;

/// The templates of the site, parsed.
pub struct Templates(Environment<'static>);

/// A template that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("template {name}: {problem}")]
pub struct TemplateError {
    /// Its file name.
    pub name: String,
    /// What is wrong with it, and on which line.
    pub problem: String,
}

/// The templates that pages are made with; [`FILES`] holds beside them what several of them include.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Name {
    Front,
    Sources,
    Source,
    Numbered,
    Archive,
    Date,
    Subjects,
    Subject,
    Article,
    Revisions,
    About,
    NotFound,
    Removed,
    Search,
    Saved,
    Books,
    Single,
    Offline,
}

/// Templates by their names, each in a file of that name.
macro_rules! built_in {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../../templates/", $name)))),*]
    };
}

const FILES: &[(&str, &str)] = built_in![
    "base.html",
    "head.html",
    "script_alternates.html",
    "script_switch.html",
    "list.html",
    "source_table.html",
    "pages.html",
    "media.html",
    "same_story.html",
    "front.html",
    "sources.html",
    "source.html",
    "numbered.html",
    "archive.html",
    "date.html",
    "subjects.html",
    "subject.html",
    "article.html",
    "revisions.html",
    "about.html",
    "not_found.html",
    "removed.html",
    "search.html",
    "saved.html",
    "books.html",
    "single.html",
    "offline.html",
    "text_base.html",
    "text_days.html",
    "text_front.html",
    "text_source.html",
    "text_numbered.html",
    "text_article.html",
];

/// Changes whenever a built-in template or asset does: what was written with others is to be written again.
#[must_use]
pub fn fingerprint() -> String {
    let mut hasher = blake3::Hasher::new();
    for (name, text) in FILES {
        hasher
            .update(name.as_bytes())
            .update(b"\0")
            .update(text.as_bytes())
            .update(b"\0");
    }
    for asset in Assets::of(&Theme::default()).files() {
        hasher.update(asset.path.as_bytes());
    }
    hasher.update(crate::site::offline::SCRIPTS.concat().as_bytes());
    hasher
        .update(env!("CARGO_PKG_VERSION").as_bytes())
        .finalize()
        .to_hex()
        .to_string()
}

impl Name {
    /// The pages that the text edition has are made by templates of their own there.
    fn file(self, form: Form) -> &'static str {
        match self {
            Name::Front if form == Form::Text => "text_front.html",
            Name::Source if form == Form::Text => "text_source.html",
            Name::Numbered if form == Form::Text => "text_numbered.html",
            Name::Article if form == Form::Text => "text_article.html",
            Name::Front => "front.html",
            Name::Sources => "sources.html",
            Name::Source => "source.html",
            Name::Numbered => "numbered.html",
            Name::Archive => "archive.html",
            Name::Date => "date.html",
            Name::Subjects => "subjects.html",
            Name::Subject => "subject.html",
            Name::Article => "article.html",
            Name::Revisions => "revisions.html",
            Name::About => "about.html",
            Name::NotFound => "not_found.html",
            Name::Removed => "removed.html",
            Name::Search => "search.html",
            Name::Saved => "saved.html",
            Name::Books => "books.html",
            Name::Single => "single.html",
            Name::Offline => "offline.html",
        }
    }
}

impl Templates {
    /// The built-in templates.
    #[must_use]
    pub fn built_in() -> Templates {
        Templates::replacing(&[]).expect("the built-in templates are tested to parse")
    }

    /// The built-in templates as files, for an operator to start from: names and texts.
    #[must_use]
    pub fn files() -> &'static [(&'static str, &'static str)] {
        FILES
    }

    /// The built-in templates, some of them replaced by an operator's: pairs of file name and text.
    ///
    /// # Errors
    ///
    /// When a name is not one of the built-in templates, or a text is no template.
    pub fn replacing(replacements: &[(String, String)]) -> Result<Templates, TemplateError> {
        let mut environment = Environment::new();
        let syntax = SyntaxConfig::builder()
            .trim_blocks(true)
            .lstrip_blocks(true)
            .build();
        environment.set_syntax(syntax.expect("the usual delimiters differ from one another"));
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_auto_escape_callback(|_| AutoEscape::Html);
        environment.set_formatter(write_escaped);
        for (name, text) in FILES {
            add(&mut environment, name, text)?;
        }
        for (name, text) in replacements {
            if !FILES.iter().any(|(known, _)| known == name) {
                return Err(TemplateError {
                    name: name.clone(),
                    problem: "there is no template of this name".into(),
                });
            }
            add(&mut environment, name, text)?;
        }
        Ok(Templates(environment))
    }

    pub(crate) fn render(
        &self,
        name: Name,
        form: Form,
        page: &impl Serialize,
    ) -> Result<Vec<u8>, TemplateError> {
        let file = name.file(form);
        let template = self
            .0
            .get_template(file)
            .expect("every name has its file in FILES");
        let text = template
            .render(Serde(page))
            .map_err(|error| TemplateError::of(file, &error))?;
        Ok(text.into_bytes())
    }
}

impl TemplateError {
    fn of(name: &str, error: &minijinja::Error) -> TemplateError {
        TemplateError {
            name: error.name().unwrap_or(name).to_owned(),
            problem: error.to_string(),
        }
    }
}

fn add(
    environment: &mut Environment<'static>,
    name: &str,
    text: &str,
) -> Result<(), TemplateError> {
    let added = environment.add_template_owned(name.to_owned(), text.to_owned());
    added.map_err(|error| TemplateError::of(name, &error))
}

fn write_escaped(
    output: &mut Output<'_>,
    state: &mut State<'_, '_>,
    value: &Value,
) -> Result<(), minijinja::Error> {
    let Some(text) = value.as_str().filter(|_| !value.is_safe()) else {
        return minijinja::escape_formatter(output, state, value);
    };
    Ok(escape_into(output, text)?)
}

/// The bytes that mean something in markup or end an attribute's value.
const IS_MARKUP: [bool; 256] = {
    let mut is_markup = [false; 256];
    let markup = *b"&<>\"'";
    let mut place = 0;
    while place < markup.len() {
        is_markup[markup[place] as usize] = true;
        place += 1;
    }
    is_markup
};

/// Escapes text for markup and for the values of attributes.
pub(crate) fn escape_into(output: &mut impl fmt::Write, text: &str) -> fmt::Result {
    let mut rest = text;
    while let Some(place) = rest.bytes().position(|byte| IS_MARKUP[usize::from(byte)]) {
        output.write_str(&rest[..place])?;
        output.write_str(match rest.as_bytes()[place] {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            _ => "&#39;",
        })?;
        rest = &rest[place + 1..];
    }
    output.write_str(rest)
}

/// Writes ` name="value"`.
pub(crate) fn write_attribute(output: &mut String, name: &str, value: &str) {
    output.push(' ');
    output.push_str(name);
    output.push_str("=\"");
    escape_into(output, value).expect("writing to a string cannot fail");
    output.push('"');
}
