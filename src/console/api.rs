//! The JSON interface under `/api/v1/`, and its OpenAPI document made from this code.
//!
//! Scripts log in with `POST /api/v1/session`, keep the cookie, and send the token they got in the header
//! `X-Lobby-CSRF` with everything that changes something. Errors are `{code, zh, en}`.

use axum::Router;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Response};
use axum::routing::get;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::guard::{self, Asker, Confirmed, Json, No, Who};
use super::pages::{self, people};
use super::wire::{
    self, ActionForm, Both, CallNext, CatalogueMatter, DisplayForm, Happened, Login, Me, Numbered, Problem,
    Queue, RegisterForm, VisitForm,
};
use super::{App, display, visit_pages};
use crate::domain::event::{Class, Origin};
use crate::domain::ids::{CounterId, MatterCode, TapKey};
use crate::domain::office::Language;
use crate::domain::refusal::Refusal;
use crate::domain::sensitive::{self, Personal};
use crate::domain::visit::{Arrival, How};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Lobby (首问大厅)",
        description = "The reception desk of one office: the live queue, calling, serving, handing over, closing, \
                       registering. Log in at `/api/v1/session`; send the `csrf` you get back in the header \
                       `X-Lobby-CSRF` with every POST and DELETE."
    ),
    tags(
        (name = "session", description = "Logging in and out"),
        (name = "queue", description = "The lobby as it is"),
        (name = "visits", description = "What happens to a visit")
    ),
    modifiers(&Cookie)
)]
struct Document;

struct Cookie;

impl utoipa::Modify for Cookie {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        use utoipa::openapi::security::{ApiKey, ApiKeyValue, SecurityScheme};
        let cookie = ApiKeyValue::with_description("lobby", "`__Host-lobby` where the console has TLS");
        let header = ApiKeyValue::with_description("X-Lobby-CSRF", "the `csrf` of the session");
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("session", SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
        components.add_security_scheme("csrf", SecurityScheme::ApiKey(ApiKey::Header(header)));
    }
}

fn described() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(Document::openapi())
        .routes(routes!(who_am_i, log_in, log_out))
        .routes(routes!(queue))
        .routes(routes!(hall_display))
        .routes(routes!(matters))
        .routes(routes!(call_next))
        .routes(routes!(register))
        .routes(routes!(visit))
        .routes(routes!(story))
        .routes(routes!(act))
}

/// The document.
pub fn document() -> utoipa::openapi::OpenApi {
    described().into_openapi()
}

/// The routes, and the document beside them.
pub fn router() -> Router<App> {
    let (router, document) = described().split_for_parts();
    router.route("/api/openapi.json", get(async move || axum::Json(document)))
}

/// Who is logged in.
#[utoipa::path(get, path = "/api/v1/session", tag = "session", security(("session" = [])),
    responses((status = 200, body = Me), (status = 401, body = Problem)))]
async fn who_am_i(who: Who) -> axum::Json<Me> {
    axum::Json(me(&who))
}

fn me(who: &Who) -> Me {
    Me {
        staff: who.staff.id.to_string(),
        name: Both::from(&who.staff.name),
        department: who.staff.department.to_string(),
        roles: who.staff.roles.iter().map(|it| it.code().to_owned()).collect(),
        counter: who.counter.map(|it| it.0),
        csrf: who.csrf.clone(),
    }
}

/// Log in; sets the session's cookie.
#[utoipa::path(post, path = "/api/v1/session", tag = "session", request_body = Login,
    responses((status = 200, body = Me), (status = 401, body = Problem), (status = 422, body = Problem),
        (status = 429, description = "Too many wrong tries", body = Problem)))]
async fn log_in(State(app): State<App>, asker: Asker, request: Request) -> Result<Response, No> {
    let login: Login = guard::json(request).await?;
    let token = pages::enter(&app, &asker, &login.staff, &login.password).await?;
    let needed = || No::new("login-needed", StatusCode::UNAUTHORIZED);
    let session = app
        .sessions()
        .touch(&token, app.clock.now().mono_ms)
        .cloned()
        .ok_or_else(needed)?;
    let staff = app.office.staff(&session.staff).cloned().ok_or_else(needed)?;
    let cookie = app.cookie(app.cookie_name(), &token, "");
    let who = Who {
        asker,
        token,
        staff,
        csrf: session.csrf,
        counter: session.counter,
    };
    Ok((
        AppendHeaders([(header::SET_COOKIE, cookie)]),
        axum::Json(me(&who)),
    )
        .into_response())
}

/// Log out.
#[utoipa::path(delete, path = "/api/v1/session", tag = "session", security(("session" = [], "csrf" = [])),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem)))]
async fn log_out(State(app): State<App>, Confirmed(who): Confirmed) -> Response {
    app.sessions().close(&who.token);
    let cookie = app.cookie(app.cookie_name(), "", "; Max-Age=0");
    (
        StatusCode::NO_CONTENT,
        AppendHeaders([(header::SET_COOKIE, cookie)]),
    )
        .into_response()
}

/// The lobby as the asker may see it; names masked.
#[utoipa::path(get, path = "/api/v1/queue", tag = "queue", security(("session" = [])),
    responses((status = 200, body = Queue), (status = 401, body = Problem)))]
async fn queue(State(app): State<App>, who: Who) -> axum::Json<Queue> {
    axum::Json(wire::queue(&app.desk.snapshot(), &who.staff))
}

/// What the hall display shows; open to all, nothing about a person.
#[utoipa::path(get, path = "/api/v1/display", tag = "queue", responses((status = 200, body = DisplayForm)))]
async fn hall_display(State(app): State<App>) -> axum::Json<DisplayForm> {
    axum::Json(display::now(&app, &app.desk.snapshot()))
}

/// The catalogue of matters.
#[utoipa::path(get, path = "/api/v1/matters", tag = "queue", security(("session" = [])),
    responses((status = 200, body = Vec<CatalogueMatter>), (status = 401, body = Problem)))]
async fn matters(State(app): State<App>, _who: Who) -> axum::Json<Vec<CatalogueMatter>> {
    let form = |it: &crate::domain::office::Matter| CatalogueMatter {
        code: it.code.to_string(),
        name: Both::from(&it.name),
        kind: it.kind.code().to_owned(),
    };
    axum::Json(app.office.matters.iter().map(form).collect())
}

/// Call whoever is next (下一位).
#[utoipa::path(post, path = "/api/v1/call-next", tag = "visits", request_body = CallNext,
    security(("session" = [], "csrf" = [])),
    responses((status = 200, body = Numbered), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 409, description = "Nobody waits, or the counter is busy or not theirs", body = Problem),
        (status = 422, body = Problem)))]
async fn call_next(
    State(app): State<App>,
    Json { who, body }: Json<CallNext>,
) -> Result<axum::Json<Numbered>, No> {
    let counter = body.counter.map(CounterId).or(who.counter);
    let counter = visit_pages::bad(counter.ok_or(wire::BadForm::Field("counter")))?;
    let (id, number) = pages::call_next(&app, &who, counter).await?;
    Ok(axum::Json(Numbered {
        id: id.to_string(),
        number,
        again: false,
    }))
}

/// Register a visitor at the desk.
#[utoipa::path(post, path = "/api/v1/visits", tag = "visits", request_body = RegisterForm,
    security(("session" = [], "csrf" = [])),
    responses((status = 201, body = Numbered), (status = 200, description = "This tap had made it before", body = Numbered),
        (status = 401, body = Problem), (status = 403, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem), (status = 503, description = "Nothing was saved", body = Problem)))]
async fn register(State(app): State<App>, Json { who, body }: Json<RegisterForm>) -> Result<Response, No> {
    let field = |name| move || wire::BadForm::Field(name);
    let arrival = Arrival {
        tap: TapKey(visit_pages::bad(body.tap.parse().map_err(|_| field("tap")()))?),
        matter: body.matter.map(MatterCode::new),
        class: visit_pages::bad(Class::from_code(&body.class).ok_or_else(field("class")))?,
        reason: sensitive::note(&body.reason).map_err(Refusal::from)?,
        booked: visit_pages::bad(
            body.booked_at
                .map(|it| it.parse().map_err(|_| field("booked_at")()))
                .transpose(),
        )?,
        language: visit_pages::bad(Language::from_code(&body.language).ok_or_else(field("language")))?,
        people: people(body.people)?,
        personal: Personal {
            name: sensitive::name(&body.name).map_err(Refusal::from)?,
            phone: sensitive::phone(&body.phone).map_err(Refusal::from)?,
            name_by_clerk: false,
        },
        origin: Origin::Desk(who.staff.id.clone()),
        how: How::default(),
    };
    let given = pages::arrive(&app, arrival).await?;
    let status = if given.again {
        StatusCode::OK
    } else {
        StatusCode::CREATED
    };
    let form = Numbered {
        id: given.visit.to_string(),
        number: given.slip.number.to_string(),
        again: given.again,
    };
    Ok((status, axum::Json(form)).into_response())
}

/// One visit, with the name; the telephone masked until the action `open` says why.
#[utoipa::path(get, path = "/api/v1/visits/{id}", tag = "visits", security(("session" = [])),
    params(("id" = String, Path, description = "Key of the visit")),
    responses((status = 200, body = VisitForm), (status = 401, body = Problem),
        (status = 403, description = "Another department's", body = Problem), (status = 404, body = Problem)))]
async fn visit(
    State(app): State<App>,
    who: Who,
    id: Result<Path<String>, PathRejection>,
) -> Result<axum::Json<VisitForm>, No> {
    let seen = visit_pages::find(&app, &who, &key(id)?).await?;
    Ok(axum::Json(wire::visit(&seen.visit, seen.place(), true)))
}

/// What has happened with a visit, in order.
#[utoipa::path(get, path = "/api/v1/visits/{id}/story", tag = "visits", security(("session" = [])),
    params(("id" = String, Path, description = "Key of the visit")),
    responses((status = 200, body = Vec<Happened>), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
async fn story(
    State(app): State<App>,
    who: Who,
    id: Result<Path<String>, PathRejection>,
) -> Result<axum::Json<Vec<Happened>>, No> {
    let seen = visit_pages::find(&app, &who, &key(id)?).await?;
    let story = visit_pages::story(&app, seen.visit.id).await?;
    let happened = story.iter().map(|(at, event)| {
        let words = visit_pages::told_in_both(&app.office, &story, event);
        Happened {
            at: wire::moment(*at),
            what: wire::event_name(event).to_owned(),
            zh: words.zh,
            en: words.en,
        }
    });
    Ok(axum::Json(happened.collect()))
}

/// Do something with a visit: call, begin, miss, rejoin, offer, accept, refuse, close,
/// class, roll-over, call-back, reprint.
#[utoipa::path(post, path = "/api/v1/visits/{id}/actions", tag = "visits", request_body = ActionForm,
    security(("session" = [], "csrf" = [])),
    params(("id" = String, Path, description = "Key of the visit")),
    responses((status = 200, body = VisitForm), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, description = "Not possible now", body = Problem),
        (status = 422, body = Problem), (status = 503, description = "Nothing was saved", body = Problem)))]
async fn act(
    State(app): State<App>,
    id: Result<Path<String>, PathRejection>,
    Json { who, body }: Json<ActionForm>,
) -> Result<axum::Json<VisitForm>, No> {
    let id = key(id)?;
    let seen = visit_pages::find(&app, &who, &id).await?;
    let action = visit_pages::bad(body.action(who.counter))?;
    let opens = matches!(action, crate::desk::Action::Open(_));
    visit_pages::perform(&app, &who, seen.visit.id, action).await?;
    // Whoever handed it over may see it no longer, and is still told how it stands.
    let snapshot = app.desk.snapshot();
    let after = snapshot
        .visits
        .iter()
        .find(|it| it.visit.id == seen.visit.id)
        .unwrap_or(&seen);
    let mut form = wire::visit(
        &after.visit,
        after.place(),
        wire::may_see(&who.staff, &after.visit),
    );
    if opens {
        // It is written down that they looked, and why.
        form.phone = Some(wire::personal(&after.visit.personal).1).filter(|it| !it.is_empty());
    }
    Ok(axum::Json(form))
}

fn key(id: Result<Path<String>, PathRejection>) -> Result<String, No> {
    id.map(|it| it.0).map_err(|_| Refusal::NotFound.into())
}
