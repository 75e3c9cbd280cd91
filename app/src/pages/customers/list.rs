//! The customer list (销售 > 客户 > 客户管理).

use domain::access::Permission;
use domain::customers::{AssociationType, CustomerSort, CustomerSummary};
use domain::paging::Page;
use domain::saved_views::ViewPage;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::components::async_view::{AsyncView, Empty};
use crate::components::customer_list::ListFilter;
use crate::components::filters::{FilterForm, Shown};
use crate::components::masked::{Eye, Masked};
use crate::components::pager::Pager;
use crate::components::saved_views::SavedViews;
use crate::components::table::{PickCell, PickHead, Picked, table};
use crate::error::AppError;
use crate::functions::customers::list_customers;
use crate::layout::PageHead;
use crate::pages::assignments::tools::{AssignNotice, AssignResult, AssignTools};
use crate::router::files::Screen;
use crate::router::may;
use crate::view_model::query;
use crate::{text, tr};

/// `/sales/customers`.
pub struct CustomersPage {
    customers: Resource<Result<Page<CustomerSummary>, AppError>>,
}

impl Screen for CustomersPage {
    fn data() -> Self {
        let params = use_query_map();
        let customers = Resource::new_blocking(
            move || params.with(query::customers),
            |query| async move { list_customers(query.map_err(AppError::refused)?).await },
        );
        Self { customers }
    }

    fn view(this: Self) -> AnyView {
        let params = use_query_map();
        let picked = Picked::default();
        let result = AssignResult::new(None);
        let customers = this.customers;
        view! {
            <PageHead title=tr!(nav.customers) above=vec![(tr!(nav.sales), None), (tr!(nav.customers_group), None)]>
                <SavedViews page=ViewPage::Customers/>
            </PageHead>
            <section class="card">{move || filters(Shown::new(params.get()))}</section>
            <AssignNotice result/>
            <section class="card">
                <AsyncView resource=customers view=move |page| list(page, (picked, result), customers).into_any()/>
            </section>
        }
        .into_any()
    }
}

fn filters(shown: Shown) -> impl IntoView {
    let associations = AssociationType::ALL.iter().map(|kind| (kind.code(), text::association(*kind))).collect();
    let sort_label = |sort: CustomerSort| match sort {
        CustomerSort::Newest => tr!(customers.sort_newest),
        CustomerSort::Name => tr!(customers.sort_name),
        CustomerSort::Consumption => tr!(customers.sort_consumption),
    };
    let sorts = CustomerSort::ALL.iter().map(|kind| (kind.code(), sort_label(*kind))).collect();
    view! {
        <FilterForm shown action="/sales/customers">
            {shown.text("name", tr!(terms.customer_name))}
            {shown.text("account", tr!(terms.account_name))}
            {shown.text("id", tr!(terms.account_id))}
            <ListFilter shown path="/sales/customers"/>
            {shown.text("manager", tr!(terms.account_manager))}
            {shown.choice("association", tr!(terms.association), associations, true)}
            {shown.choice("sort", tr!(common.sort), sorts, false)}
            {shown.check("unassigned", tr!(customers.unassigned_only))}
            <div class="filters__actions">
                <button class="btn btn--primary" type="submit">{tr!(common.search)}</button>
                <a class="btn" href="/sales/customers">{tr!(common.reset)}</a>
            </div>
        </FilterForm>
    }
}

fn list(
    page: Page<CustomerSummary>,
    (picked, result): (Picked, AssignResult),
    customers: Resource<Result<Page<CustomerSummary>, AppError>>,
) -> impl IntoView {
    let may_assign = may(Permission::ManageAssignments);
    if page.items.is_empty() {
        return view! { <Empty title=tr!(customers.nothing) text=tr!(customers.nothing_text)/> }.into_any();
    }
    let (number, pages, total) = (page.page, page.pages(), page.total);
    view! {
        {may_assign.then(|| view! { <AssignTools picked result on_done=move || customers.refetch()/> })}
        {customer_table(page.items, picked, may_assign)}
        <Pager page=number pages total/>
    }
    .into_any()
}

fn customer_table(customers: Vec<CustomerSummary>, picked: Picked, may_assign: bool) -> impl IntoView {
    let (names, accounts, managers) = (RwSignal::new(false), RwSignal::new(false), RwSignal::new(false));
    view! {
        {table(tr!(nav.customers), view! {
            <thead>
                <tr>
                    {may_assign.then(|| view! { <PickHead/> })}
                    <th scope="col">{tr!(terms.customer_name)} <Eye shown=names label=tr!(terms.customer_name)/></th>
                    <th scope="col">{tr!(terms.account_name)} <Eye shown=accounts label=tr!(terms.account_name)/></th>
                    <th scope="col">{tr!(terms.account_id)}</th>
                    <th scope="col">{tr!(terms.supplier)}</th>
                    <th scope="col">{tr!(terms.association)}</th>
                    <th scope="col">{tr!(terms.account_manager)} <Eye shown=managers label=tr!(terms.account_manager)/></th>
                    <th scope="col">{tr!(customers.first_seen)}</th>
                    <th scope="col">{tr!(common.actions)}</th>
                </tr>
            </thead>
            <tbody>
                {customers.into_iter().map(|customer| {
                    let detail = format!("/sales/customers/{}", customer.id);
                    let lines = query::link("/sales/consumption/lines", &[("customer_id", customer.id.to_string())]);
                    view! {
                        <tr>
                            {may_assign.then(|| view! { <PickCell customer=customer.id.clone() name=customer.account_id.clone() picked/> })}
                            <th scope="row"><a href=detail><Masked shown=names value=customer.title()/></a></th>
                            <td><Masked shown=accounts value=customer.account_name.clone()/></td>
                            <td class="mono"><span class="ellipsis" title=customer.account_id.clone()>{customer.account_id.clone()}</span></td>
                            <td>{customer.supplier.clone()} " " <span class="badge badge--neutral">{tr!(customers.from_bill)}</span></td>
                            <td>{text::association(customer.association)}</td>
                            <td>
                                {match customer.manager {
                                    Some(manager) => view! { <Masked shown=managers value=manager.name/> }.into_any(),
                                    None => view! { <span class="badge badge--warn">{tr!(terms.unassigned)}</span> }.into_any(),
                                }}
                            </td>
                            <td>{customer.first_seen.map_or_else(|| "–".to_owned(), |day| day.to_string())}</td>
                            <td><a href=lines>{tr!(customers.view_lines)}</a></td>
                        </tr>
                    }
                }).collect_view()}
            </tbody>
        })}
    }
}
