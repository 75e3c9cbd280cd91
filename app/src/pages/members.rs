//! Members (组织 > 成员管理): create, disable, reset the password, unlock.

use domain::access::Role;
use domain::members::{MemberState, MemberSummary};
use leptos::form::ActionForm;
use leptos::prelude::*;

use crate::components::async_view::{AsyncView, Outcome};
use crate::components::dialog::DialogButton;
use crate::components::table::table;
use crate::error::AppError;
use crate::functions::members::{
    CreateMember, InitialPassword, ResetMemberPassword, SetMemberState, UnlockMember, list_members,
};
use crate::layout::PageHead;
use crate::router::files::Screen;
use crate::router::session_now;
use crate::{text, tr, view_model};

/// `/organization/members`.
pub struct MembersPage {
    members: Resource<Result<Vec<MemberSummary>, AppError>>,
}

/// The writes of this page.
#[derive(Clone, Copy)]
struct Actions {
    create: ServerAction<CreateMember>,
    set_state: ServerAction<SetMemberState>,
    reset: ServerAction<ResetMemberPassword>,
    unlock: ServerAction<UnlockMember>,
}

impl Screen for MembersPage {
    fn data() -> Self {
        Self { members: Resource::new_blocking(|| (), |()| list_members()) }
    }

    fn view(this: Self) -> AnyView {
        let members = this.members;
        let actions = Actions {
            create: ServerAction::new(),
            set_state: ServerAction::new(),
            reset: ServerAction::new(),
            unlock: ServerAction::new(),
        };
        // Only the newest initial password is shown.
        let initial = RwSignal::new(None);
        for value in [actions.create.value(), actions.reset.value()] {
            Effect::new(move || {
                if let Some(answer) = value.get() {
                    initial.set(Some(answer));
                }
            });
        }
        Effect::new(move || {
            let versions = (
                actions.create.version().get(),
                actions.set_state.version().get(),
                actions.reset.version().get(),
                actions.unlock.version().get(),
            );
            if versions != (0, 0, 0, 0) {
                members.refetch();
            }
        });
        view! {
            <PageHead title=tr!(nav.members) above=vec![(tr!(nav.organization), None)] note=tr!(members.note)>
                <CreateDialog actions/>
            </PageHead>
            <InitialPasswordNotice value=initial.into()/>
            <Outcome value=actions.set_state.value().into() done=tr!(common.saved)/>
            <Outcome value=actions.unlock.value().into() done=tr!(members.unlocked)/>
            <section class="card">
                <AsyncView resource=members view=move |members| member_table(members, actions).into_any()/>
            </section>
        }
        .into_any()
    }
}

/// An initial password is shown once: it is kept nowhere.
#[component]
fn InitialPasswordNotice(value: Signal<Option<Result<InitialPassword, AppError>>>) -> impl IntoView {
    move || {
        value.get().map(|result| match result {
            Ok(initial) => view! {
                <div class="notice notice--ok" role="status">
                    {tr!(members.initial_password, login = initial.login)} " "
                    <code class="mono">{initial.password}</code>
                </div>
            }
            .into_any(),
            Err(error) => {
                view! { <div class="notice notice--error" role="alert">{text::error(&error)}</div> }.into_any()
            }
        })
    }
}

#[component]
fn CreateDialog(actions: Actions) -> impl IntoView {
    let created = Signal::derive(move || actions.create.value().get().is_some_and(|result| result.is_ok()));
    view! {
        <DialogButton label=tr!(members.create) class="btn btn--primary" title=tr!(members.create) done=created>
            <ActionForm action=actions.create>
                <div class="dialog__body stack">
                    {move || actions.create.value().get().and_then(Result::err).map(|error| view! {
                        <div class="notice notice--error" role="alert">{text::error(&error)}</div>
                    })}
                    <div class="field">
                        <label for="new-login">{tr!(session.login)}</label>
                        <input id="new-login" name="login" autofocus required minlength="3" maxlength="64" pattern="[A-Za-z0-9._@\\-]+" autocomplete="off"/>
                        <p class="field__hint">{tr!(members.login_hint)}</p>
                    </div>
                    <div class="field">
                        <label for="new-name">{tr!(members.name)}</label>
                        <input id="new-name" name="name" required maxlength="64" autocomplete="off"/>
                    </div>
                    <fieldset class="field">
                        <legend>{tr!(members.roles)}</legend>
                        {Role::ALL.iter().map(|role| view! {
                            <label class="check">
                                <input type="checkbox" name="roles[]" value=role.code()/>
                                <span>{text::role(*role)}</span>
                            </label>
                        }).collect_view()}
                        <p class="field__hint">{tr!(members.roles_hint)}</p>
                    </fieldset>
                </div>
                <div class="dialog__foot">
                    <button class="btn btn--primary" type="submit" disabled=move || actions.create.pending().get()>
                        {tr!(members.create)}
                    </button>
                </div>
            </ActionForm>
        </DialogButton>
    }
}

fn member_table(members: Vec<MemberSummary>, actions: Actions) -> impl IntoView {
    view! {
        {table(tr!(nav.members), view! {
            <thead>
                <tr>
                    <th scope="col">{tr!(members.name)}</th>
                    <th scope="col">{tr!(session.login)}</th>
                    <th scope="col">{tr!(members.roles)}</th>
                    <th scope="col">{tr!(common.state)}</th>
                    <th scope="col">{tr!(members.last_sign_in)}</th>
                    <th scope="col">{tr!(common.actions)}</th>
                </tr>
            </thead>
            <tbody>
                {members.into_iter().map(|member| row(member, actions)).collect_view()}
            </tbody>
        })}
    }
}

fn row(member: MemberSummary, actions: Actions) -> impl IntoView {
    let roles = member.roles.iter().map(|role| text::role(*role)).collect::<Vec<_>>().join(" · ");
    let badge = match (member.state, &member.locked_until) {
        (MemberState::Disabled, _) => {
            view! { <span class="badge badge--neutral">{tr!(members.disabled)}</span> }.into_any()
        }
        (_, Some(until)) => view! {
            <span class="badge badge--warn" title=view_model::instant(until)>{tr!(members.locked)}</span>
        }
        .into_any(),
        _ if member.must_change_password => {
            view! { <span class="badge badge--info">{tr!(members.new_password_due)}</span> }.into_any()
        }
        _ => view! { <span class="badge badge--ok">{tr!(members.active)}</span> }.into_any(),
    };
    view! {
        <tr>
            <th scope="row"><span class="ellipsis" title=member.name.clone()>{member.name.clone()}</span></th>
            <td class="mono">{member.login.clone()}</td>
            <td>{roles}</td>
            <td>{badge}</td>
            <td>{member.last_sign_in.as_deref().map_or_else(|| "–".to_owned(), view_model::instant)}</td>
            <td><div class="row row--nowrap">{row_actions(&member, actions)}</div></td>
        </tr>
    }
}

fn row_actions(member: &MemberSummary, actions: Actions) -> impl IntoView + use<> {
    // Nobody resets or disables oneself: /account/password is for that.
    if session_now().is_some_and(|session| session.actor.member == member.id) {
        return view! { <span class="muted">{tr!(members.oneself)}</span> }.into_any();
    }
    let id = member.id.to_string();
    let login = member.login.clone();
    let (state_id, unlock_id) = (id.clone(), id.clone());
    let disabled = member.state == MemberState::Disabled;
    let switch = if disabled {
        view! {
            <ActionForm action=actions.set_state>
                <input type="hidden" name="id" value=state_id/>
                <input type="hidden" name="state" value=MemberState::Active.code()/>
                <button class="btn btn--small" type="submit" disabled=move || actions.set_state.pending().get()>{tr!(members.enable)}</button>
            </ActionForm>
        }
        .into_any()
    } else {
        let text = StoredValue::new(tr!(members.disable_text, name = member.name.clone()));
        let state_id = StoredValue::new(state_id);
        let done = Signal::derive(move || actions.set_state.version().get() > 0 && !actions.set_state.pending().get());
        view! {
            <DialogButton label=tr!(members.disable) class="btn btn--small" title=tr!(members.disable) done=done>
                <ActionForm action=actions.set_state>
                    <div class="dialog__body"><p>{text.get_value()}</p></div>
                    <div class="dialog__foot">
                        <input type="hidden" name="id" value=state_id.get_value()/>
                        <input type="hidden" name="state" value=MemberState::Disabled.code()/>
                        <button class="btn btn--danger" type="submit" disabled=move || actions.set_state.pending().get()>{tr!(members.disable)}</button>
                    </div>
                </ActionForm>
            </DialogButton>
        }
        .into_any()
    };
    let text = StoredValue::new(tr!(members.reset_text, name = member.name.clone()));
    let (id, login) = (StoredValue::new(id), StoredValue::new(login));
    let reset_done = Signal::derive(move || actions.reset.version().get() > 0 && !actions.reset.pending().get());
    let locked = member.locked_until.is_some();
    view! {
        <DialogButton label=tr!(members.reset) class="btn btn--small" title=tr!(members.reset) done=reset_done>
            <ActionForm action=actions.reset>
                <div class="dialog__body"><p>{text.get_value()}</p></div>
                <div class="dialog__foot">
                    <input type="hidden" name="id" value=id.get_value()/>
                    <input type="hidden" name="login" value=login.get_value()/>
                    <button class="btn btn--primary" type="submit" disabled=move || actions.reset.pending().get()>{tr!(members.reset)}</button>
                </div>
            </ActionForm>
        </DialogButton>
        {switch}
        {locked.then(|| view! {
            <ActionForm action=actions.unlock>
                <input type="hidden" name="id" value=unlock_id/>
                <button class="btn btn--small" type="submit" disabled=move || actions.unlock.pending().get()>{tr!(members.unlock)}</button>
            </ActionForm>
        })}
    }
    .into_any()
}
