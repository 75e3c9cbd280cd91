//! Teams of account managers (组织 > 团队): make, name, fill, delete.

use domain::access::Permission;
use domain::teams::{MAX_TEAM_NAME, Team, TeamList, TeamMember, TeamName};
use leptos::form::ActionForm;
use leptos::prelude::*;

use crate::components::async_view::{AsyncView, Empty, Outcome};
use crate::components::dialog::DialogButton;
use crate::components::table::table;
use crate::error::AppError;
use crate::functions::teams::{CreateTeam, DeleteTeam, RenameTeam, SetTeamMembers, list_teams};
use crate::layout::PageHead;
use crate::router::files::Screen;
use crate::router::{CurrentSession, may};
use crate::view_model::query::link;
use crate::{tr, view_model};

/// `/organization/teams`.
pub struct TeamsPage {
    teams: Resource<Result<TeamList, AppError>>,
}

/// The writes of this page, and what became of the last one.
#[derive(Clone, Copy)]
struct Actions {
    create: ServerAction<CreateTeam>,
    rename: ServerAction<RenameTeam>,
    set_members: ServerAction<SetTeamMembers>,
    delete: ServerAction<DeleteTeam>,
    outcome: RwSignal<Option<Result<(), AppError>>>,
}

impl Actions {
    /// `on_done` is called after each.
    fn new(on_done: impl Fn() + Copy + Send + Sync + 'static) -> Self {
        let outcome = RwSignal::new(None);
        let (create, rename) = (ServerAction::<CreateTeam>::new(), ServerAction::<RenameTeam>::new());
        let (set_members, delete) = (ServerAction::<SetTeamMembers>::new(), ServerAction::<DeleteTeam>::new());
        let tell = move |answer: Option<Result<(), AppError>>| {
            if let Some(answer) = answer {
                outcome.set(Some(answer));
                on_done();
            }
        };
        Effect::new(move || tell(create.value().get().map(|answer| answer.map(drop))));
        for value in [rename.value(), set_members.value(), delete.value()] {
            Effect::new(move || tell(value.get()));
        }
        Self { create, rename, set_members, delete, outcome }
    }
}

impl Screen for TeamsPage {
    fn data() -> Self {
        Self { teams: Resource::new_blocking(|| (), |()| list_teams()) }
    }

    fn view(this: Self) -> AnyView {
        let teams = this.teams;
        let actions = Actions::new(move || teams.refetch());
        let CurrentSession(session) = expect_context();
        view! {
            <PageHead title=tr!(nav.teams) above=vec![(tr!(nav.organization), None)] note=tr!(teams.note)>
                <Transition>
                    {move || Suspend::new(async move {
                        let may_change = session.await.ok().flatten().is_some_and(|session| session.may(Permission::ManageMembers));
                        may_change.then(|| view! { <CreateDialog actions/> })
                    })}
                </Transition>
            </PageHead>
            <Outcome value=actions.outcome.into() done=tr!(common.saved)/>
            <section class="card">
                <AsyncView resource=teams view=move |list| team_table(list, actions).into_any()/>
            </section>
        }
        .into_any()
    }
}

/// A field for a team's name.
fn name_field(id: &'static str, value: String) -> impl IntoView {
    view! {
        <div class="field">
            <label for=id>{tr!(teams.name)}</label>
            <input id=id name="name" required maxlength=MAX_TEAM_NAME.to_string() autocomplete="off" value=value/>
        </div>
    }
}

#[component]
fn CreateDialog(actions: Actions) -> impl IntoView {
    let action = actions.create;
    let done = Signal::derive(move || action.version().get() > 0 && !action.pending().get());
    view! {
        <DialogButton label=tr!(teams.create) class="btn btn--primary" title=tr!(teams.create) done=done>
            <ActionForm action>
                <div class="dialog__body stack">{name_field("team-name", String::new())}</div>
                <div class="dialog__foot">
                    <button class="btn btn--primary" type="submit" disabled=move || action.pending().get()>{tr!(teams.create)}</button>
                </div>
            </ActionForm>
        </DialogButton>
    }
}

fn team_table(list: TeamList, actions: Actions) -> impl IntoView {
    if list.teams.is_empty() && list.without.is_empty() {
        return view! { <Empty title=tr!(assignments.no_managers) text=tr!(assignments.no_managers_text)/> }.into_any();
    }
    let may_change = may(Permission::ManageMembers);
    let everyone = StoredValue::new(everyone(&list));
    let (teams, without) = (list.teams, list.without);
    view! {
        {table(tr!(nav.teams), view! {
            <thead>
                <tr>
                    <th scope="col">{tr!(teams.name)}</th>
                    <th scope="col" class="num">{tr!(teams.count)}</th>
                    <th scope="col">{tr!(teams.members)}</th>
                    <th scope="col">{tr!(common.actions)}</th>
                </tr>
            </thead>
            <tbody>
                {teams.into_iter().map(|team| row(team, everyone, may_change.then_some(actions))).collect_view()}
                {(!without.is_empty()).then(|| view! {
                    <tr>
                        <th scope="row"><span class="muted">{tr!(teams.without)}</span></th>
                        <td class="num">{view_model::count(without.len() as u64)}</td>
                        <td class="is-text">{names(&without)}</td>
                        <td></td>
                    </tr>
                })}
            </tbody>
        })}
    }
    .into_any()
}

/// Every account manager with the team they are in.
fn everyone(list: &TeamList) -> Vec<(TeamMember, Option<TeamName>)> {
    let in_teams =
        list.teams.iter().flat_map(|team| team.members.iter().map(|member| (member.clone(), Some(team.team.clone()))));
    in_teams.chain(list.without.iter().map(|member| (member.clone(), None))).collect()
}

fn names(members: &[TeamMember]) -> String {
    members.iter().map(|member| member.manager.name.as_str()).collect::<Vec<_>>().join(" · ")
}

type Everyone = StoredValue<Vec<(TeamMember, Option<TeamName>)>>;

fn row(team: Team, everyone: Everyone, actions: Option<Actions>) -> impl IntoView {
    let sheet = link("/sales/dashboards/targets", &[("teams", team.team.id.to_string())]);
    let members = names(&team.members);
    view! {
        <tr>
            <th scope="row"><span class="ellipsis" title=team.team.name.clone()>{team.team.name.clone()}</span></th>
            <td class="num">{view_model::count(team.members.len() as u64)}</td>
            <td class="is-text">{if members.is_empty() { tr!(teams.nobody) } else { members }}</td>
            <td>
                <div class="row row--nowrap">
                    <a class="btn btn--small" href=sheet>{tr!(teams.view_sheet)}</a>
                    {actions.map(|actions| view! {
                        {members_dialog(&team, everyone, actions)}
                        {rename_dialog(&team, actions)}
                        {delete_dialog(&team, actions)}
                    })}
                </div>
            </td>
        </tr>
    }
}

/// The hidden fields that say which team is meant, and which version of it was seen.
fn which(team: &Team) -> impl Fn() -> AnyView + Copy + Send + Sync + use<> {
    let (id, seen) = (StoredValue::new(team.team.id.to_string()), team.version.to_string());
    let seen = StoredValue::new(seen);
    move || {
        view! {
            <input type="hidden" name="id" value=id.get_value()/>
            <input type="hidden" name="seen" value=seen.get_value()/>
        }
        .into_any()
    }
}

fn members_dialog(team: &Team, everyone: Everyone, actions: Actions) -> impl IntoView + use<> {
    let (which, id, action) = (which(team), StoredValue::new(team.team.id.clone()), actions.set_members);
    let title = tr!(teams.members_of, name = team.team.name.clone());
    let done = Signal::derive(move || action.version().get() > 0 && !action.pending().get());
    let boxes = move || {
        let of = |team: &Option<TeamName>| team.as_ref().is_some_and(|team| id.with_value(|id| team.id == *id));
        everyone.with_value(|everyone| {
            everyone.iter().map(|(member, team)| tick(member, team.as_ref(), of(team))).collect_view()
        })
    };
    view! {
        <DialogButton label=tr!(teams.edit_members) class="btn btn--small" title=title done=done>
            <ActionForm action>
                <div class="dialog__body stack">
                    <p class="muted">{tr!(teams.one_team)}</p>
                    <fieldset class="field">
                        <legend class="visually-hidden">{tr!(teams.members)}</legend>
                        {boxes()}
                    </fieldset>
                </div>
                <div class="dialog__foot">
                    {which()}
                    <button class="btn btn--primary" type="submit" disabled=move || action.pending().get()>{tr!(targets.save)}</button>
                </div>
            </ActionForm>
        </DialogButton>
    }
}

fn tick(member: &TeamMember, team: Option<&TeamName>, checked: bool) -> impl IntoView + use<> {
    let note = match team {
        Some(team) if !checked => format!("{} · {}", member.manager.login, tr!(teams.now_in, name = team.name.clone())),
        _ => member.manager.login.clone(),
    };
    view! {
        <label class="check">
            <input type="checkbox" name="members[]" value=member.manager.id.to_string() checked=checked/>
            <span>{member.manager.name.clone()}</span>
            <span class="muted">{note}</span>
            {(!member.active).then(|| view! { <span class="badge badge--neutral">{tr!(members.disabled)}</span> })}
        </label>
    }
}

fn rename_dialog(team: &Team, actions: Actions) -> impl IntoView + use<> {
    let (which, name, action) = (which(team), StoredValue::new(team.team.name.clone()), actions.rename);
    let done = Signal::derive(move || action.version().get() > 0 && !action.pending().get());
    view! {
        <DialogButton label=tr!(teams.rename) class="btn btn--small" title=tr!(teams.rename) done=done>
            <ActionForm action>
                <div class="dialog__body stack">{name_field("team-new-name", name.get_value())}</div>
                <div class="dialog__foot">
                    {which()}
                    <button class="btn btn--primary" type="submit" disabled=move || action.pending().get()>{tr!(teams.rename)}</button>
                </div>
            </ActionForm>
        </DialogButton>
    }
}

fn delete_dialog(team: &Team, actions: Actions) -> impl IntoView + use<> {
    let (which, action) = (which(team), actions.delete);
    let text = StoredValue::new(tr!(teams.delete_text, name = team.team.name.clone()));
    let done = Signal::derive(move || action.version().get() > 0 && !action.pending().get());
    view! {
        <DialogButton label=tr!(teams.delete) class="btn btn--small" title=tr!(teams.delete) done=done>
            <ActionForm action>
                <div class="dialog__body"><p>{text.get_value()}</p></div>
                <div class="dialog__foot">
                    {which()}
                    <button class="btn btn--danger" type="submit" disabled=move || action.pending().get()>{tr!(teams.delete)}</button>
                </div>
            </ActionForm>
        </DialogButton>
    }
}
