//! What a bill leaves open: which column is what, whose bill it is. Looked at in a preview, kept by name, imported.

mod fields;

use domain::ids::DeliveryId;
use domain::imports::fields::BillField;
use domain::imports::mapping::{MappedRow, MappingAnswer, MappingQuestion, NAME_LENGTH};
use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_params_map};

use self::fields::{fields, folded};
use super::preview::preview_table;
use crate::components::async_view::AsyncView;
use crate::components::dialog::DialogButton;
use crate::error::AppError;
use crate::functions::imports::{DiscardDelivery, answer_mapping, get_mapping_question, preview_mapping};
use crate::layout::PageHead;
use crate::router::files::Screen;
use crate::view_model::mapping::{Choice, Choices, answer, asked, first_choices};
use crate::{text, tr, view_model};

/// `/sales/consumption/imports/{id}/mapping`.
pub struct MappingPage {
    question: Resource<Result<MappingQuestion, AppError>>,
}

impl Screen for MappingPage {
    fn data() -> Self {
        let params = use_params_map();
        let question = Resource::new_blocking(
            move || params.with(|params| params.get("id").unwrap_or_default()),
            |id| async move { get_mapping_question(DeliveryId::new(id)).await },
        );
        Self { question }
    }

    fn view(this: Self) -> AnyView {
        view! {
            <PageHead
                title=tr!(mapping.title)
                above=vec![(tr!(nav.sales), None), (tr!(nav.imports), Some("/sales/consumption/imports"))]
                note=tr!(mapping.note)
            />
            <AsyncView resource=this.question view=|question| view! { <Form question/> }.into_any()/>
        }
        .into_any()
    }
}

/// What the page holds while a person chooses.
#[derive(Clone, Copy)]
struct Chosen {
    question: StoredValue<MappingQuestion>,
    choices: RwSignal<Choices>,
    name: RwSignal<String>,
}

impl Chosen {
    fn answer(self) -> MappingAnswer {
        let (choices, name) = (self.choices.get(), self.name.get());
        self.question.with_value(|question| answer(question, &choices, &name))
    }

    fn choice(self, field: BillField) -> Choice {
        self.choices.with(|choices| choices.get(&field).cloned().unwrap_or_default())
    }
}

type Looked = Option<(MappingAnswer, Result<Vec<MappedRow>, AppError>)>;

#[component]
fn Form(question: MappingQuestion) -> impl IntoView {
    let id = StoredValue::new(question.delivery.clone());
    let unknown = question.format.is_empty();
    let [first, more, amounts] = asked(&question);
    let chosen = Chosen {
        choices: RwSignal::new(first_choices(&question)),
        name: RwSignal::new(String::new()),
        question: StoredValue::new(question.clone()),
    };
    // seen for exactly these choices: other choices must be looked at again
    let looked = RwSignal::new(Looked::None);
    let look = Action::new(move |answer: &MappingAnswer| {
        let answer = answer.clone();
        async move {
            let rows = preview_mapping(id.get_value(), answer.clone()).await;
            let _ = looked.try_set(Some((answer, rows)));
        }
    });
    let failed = RwSignal::new(None::<AppError>);
    let navigate = use_navigate();
    let send = Action::new(move |answer: &MappingAnswer| {
        let (answer, navigate) = (answer.clone(), navigate.clone());
        async move {
            match answer_mapping(id.get_value(), answer).await {
                Ok(()) => {
                    navigate(&format!("/sales/consumption/imports/{}", id.get_value()), NavigateOptions::default());
                }
                Err(error) => {
                    let _ = failed.try_set(Some(error));
                }
            }
        }
    });
    let seen = Memo::new(move |_| {
        let (of, rows) = looked.get()?;
        (chosen.answer().sources == of.sources).then_some(rows)
    });
    let good = move || matches!(seen.get(), Some(Ok(_)));
    let busy = move || look.pending().get() || send.pending().get();
    view! {
        <form class="stack" on:submit=move |event| {
            event.prevent_default();
            failed.set(None);
            if good() { send.dispatch(chosen.answer()); } else { look.dispatch(chosen.answer()); }
        }>
            <section class="card">
                {head(&question)}
                {fields(tr!(mapping.field), first, chosen)}
                {folded(tr!(mapping.more_fields), more, chosen)}
                {folded(tr!(mapping.amount_fields), amounts, chosen)}
                {unknown.then(|| view! { <div class="card__body"><NameField name=chosen.name/></div> })}
                <div class="card__body stack">
                    {move || failed.get().or_else(|| seen.get().and_then(Result::err)).map(|error| view! {
                        <div class="notice notice--error" role="alert">{text::mapping_error(&error)}</div>
                    })}
                    <div class="row">
                        <button class="btn" type="button" disabled=busy on:click=move |_| {
                            failed.set(None);
                            look.dispatch(chosen.answer());
                        }>{tr!(mapping.preview)}</button>
                        <button class="btn btn--primary" type="submit" disabled=move || busy() || !good()>{tr!(mapping.import)}</button>
                        <span class="muted">{move || (!good()).then(|| tr!(mapping.look_first))}</span>
                    </div>
                </div>
            </section>
        </form>
        {move || seen.get().and_then(Result::ok).map(preview_table)}
        <Discard id=id.get_value()/>
    }
}

fn head(question: &MappingQuestion) -> impl IntoView + use<> {
    let (title, note) = if question.format.is_empty() {
        (tr!(mapping.unknown), tr!(mapping.unknown_text))
    } else {
        (tr!(mapping.known, format = question.format.clone()), tr!(mapping.known_text))
    };
    let kept = tr!(mapping.kept, at = view_model::instant(&question.kept_until));
    view! {
        <div class="card__head"><h2 class="ellipsis">{question.file.clone()}</h2></div>
        <div class="card__body stack">
            <h3>{title}</h3>
            <p>{note}</p>
            <p class="muted">{kept}</p>
        </div>
    }
}

#[component]
fn NameField(name: RwSignal<String>) -> impl IntoView {
    view! {
        <div class="field">
            <label for="mapping-name">{tr!(mapping.name)} " *"</label>
            <input
                id="mapping-name"
                type="text"
                required
                maxlength=NAME_LENGTH.to_string()
                autocomplete="off"
                on:input=move |event| name.set(event_target_value(&event))
            />
            <p class="field__hint">{tr!(mapping.name_hint)}</p>
        </div>
    }
}

#[component]
fn Discard(id: DeliveryId) -> impl IntoView {
    let discard = ServerAction::<DiscardDelivery>::new();
    let navigate = use_navigate();
    Effect::new(move || {
        if discard.value().get().is_some_and(|result| result.is_ok()) {
            navigate("/sales/consumption/imports", NavigateOptions::default());
        }
    });
    let id = StoredValue::new(id.to_string());
    view! {
        <div class="row">
            <DialogButton label=tr!(mapping.discard) class="btn" title=tr!(mapping.discard)>
                <ActionForm action=discard>
                    <div class="dialog__body">
                        {move || discard.value().get().and_then(Result::err).map(|error| view! {
                            <div class="notice notice--error" role="alert">{text::error(&error)}</div>
                        })}
                        <p>{tr!(mapping.discard_text)}</p>
                    </div>
                    <div class="dialog__foot">
                        <input type="hidden" name="id" value=id.get_value()/>
                        <button class="btn btn--danger" type="submit" disabled=move || discard.pending().get()>{tr!(mapping.discard)}</button>
                    </div>
                </ActionForm>
            </DialogButton>
        </div>
    }
}
