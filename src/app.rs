//! The application for Loco: what is wired into a process, and under which addresses it answers.

use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use axum::{Extension, Router as AxumRouter, middleware};
use loco_rs::Result;
use loco_rs::app::{AppContext, Hooks, Initializer};
use loco_rs::bgworker::Queue;
use loco_rs::boot::{BootResult, ServeParams, StartMode, create_app};
use loco_rs::config::Config;
use loco_rs::controller::AppRoutes;
use loco_rs::controller::middleware::{MiddlewareLayer, MiddlewareStackExt, default_middleware_stack};
use loco_rs::environment::Environment;
use loco_rs::task::Tasks;
use migration::Migrator;

use crate::clock::Clock;
use crate::config::{self, Settings};
use crate::controllers;
use crate::controllers::hosts::refuse_other_hosts;
use crate::controllers::measure::measure;
use crate::controllers::request_log::RequestLog;
use crate::ops;
use crate::readiness::Readiness;
use crate::relay::{Doorbell, Relay, RelayQueue};
use crate::serve;
use crate::services::{Outside, Services};
use crate::tasks;
use crate::views::security_headers::security_headers;
use crate::views::templates::Templates;

pub struct App;

#[async_trait]
impl Hooks for App {
    fn app_name() -> &'static str {
        env!("CARGO_CRATE_NAME")
    }

    fn app_version() -> String {
        env!("CARGO_PKG_VERSION").to_owned()
    }

    async fn boot(mode: StartMode, environment: &Environment, config: Config) -> Result<BootResult> {
        create_app::<Self, Migrator>(mode, environment, config).await
    }

    async fn load_config(environment: &Environment) -> Result<Config> {
        config::load(environment)
    }

    /// Called twice by Loco on a start: nothing in here connects further than the database, or runs.
    async fn after_context(ctx: AppContext) -> Result<AppContext> {
        wire(ctx, Clock::system()).await
    }

    async fn initializers(_ctx: &AppContext) -> Result<Vec<Box<dyn Initializer>>> {
        Ok(Vec::new())
    }

    /// On a start, in every process; before its workers and its port.
    async fn before_run(ctx: &AppContext) -> Result<()> {
        ops::start(ctx).await
    }

    fn middlewares(ctx: &AppContext) -> Vec<Box<dyn MiddlewareLayer>> {
        let mut stack = default_middleware_stack(ctx);
        stack.replace(RequestLog::NAME, Box::new(RequestLog));
        stack
    }

    fn routes(_ctx: &AppContext) -> AppRoutes {
        controllers::routes()
    }

    async fn before_routes(_ctx: &AppContext) -> Result<AxumRouter<AppContext>> {
        Ok(AxumRouter::new().fallback(controllers::not_found))
    }

    async fn after_routes(router: AxumRouter, ctx: &AppContext) -> Result<AxumRouter> {
        if let Some(readiness) = ctx.shared_store.get::<Readiness>() {
            readiness.will_serve();
        }
        // A release does not begin to serve what it cannot show. While developing, the page itself tells it.
        if let Some(templates) = ctx.shared_store.get::<Templates>().filter(|_| !cfg!(debug_assertions)) {
            templates.check().map_err(loco_rs::Error::wrap)?;
        }
        // Streams stand behind the framework's layers: no time limit, no compression.
        layers(router.merge(controllers::live::router()), ctx)
    }

    async fn serve(router: AxumRouter, ctx: &AppContext, params: &ServeParams) -> Result<()> {
        serve::until_stopped(router, ctx, params).await
    }

    async fn connect_workers(ctx: &AppContext, _queue: &Queue) -> Result<()> {
        // Transfers are rows, and the relay finds them: there is no handler to register.
        if let Some(readiness) = ctx.shared_store.get::<Readiness>() {
            readiness.will_work();
        }
        Ok(())
    }

    fn register_tasks(tasks: &mut Tasks) {
        tasks::register(tasks);
    }

    async fn truncate(_ctx: &AppContext) -> Result<()> {
        Err(loco_rs::Error::Message(
            "payments are not thrown away by a command".to_owned(),
        ))
    }

    async fn seed(_ctx: &AppContext, _base: &Path) -> Result<()> {
        Err(loco_rs::Error::Message(
            "`cargo run` seeds an empty development database by itself".to_owned(),
        ))
    }
}

/// Puts our services, templates and relay into Loco's context.
///
/// # Errors
/// When the settings are refused, or the database's writing side cannot be opened.
pub async fn wire(mut ctx: AppContext, outside: impl Into<Outside>) -> Result<AppContext> {
    let is_production = ctx.environment == Environment::Production;
    let settings = Settings::from_config(&ctx.config, is_production).map_err(config::refused)?;
    let (doorbell, ear) = Doorbell::new();
    let database = (ctx.db.clone(), ctx.config.database.uri.as_str());
    let services = Services::open(settings, database, outside, doorbell).await?;
    let relay = Relay::new(ear, services.settings.relay.broker());
    ctx.shared_store.insert(relay.clone());
    let readiness = Readiness::default();
    ctx.shared_store.insert(readiness.clone());
    let relay = RelayQueue::new(relay, services.clone(), readiness);
    ctx.queue_provider = Some(Arc::new(Queue::from_provider(Arc::new(relay))));
    ctx.shared_store.insert(services);
    ctx.shared_store.insert(Templates::default());
    Ok(ctx)
}

/// What every request carries: the services and templates, and the headers that every answer gets.
///
/// # Errors
/// When the context was not [`wire`]d.
pub fn layers(router: AxumRouter, ctx: &AppContext) -> Result<AxumRouter> {
    let missing = || loco_rs::Error::Message("the application is not wired".to_owned());
    let services = ctx.shared_store.get::<Services>().ok_or_else(missing)?;
    let templates = ctx.shared_store.get::<Templates>().ok_or_else(missing)?;
    Ok(router
        .layer(middleware::from_fn(refuse_other_hosts))
        .layer(middleware::from_fn(security_headers))
        .layer(middleware::from_fn(measure))
        .layer(Extension(templates))
        .layer(Extension(services)))
}
