//! Loco's hooks for an app under test: [`App`]'s own, with the clock of the test and an eye on what is answered.

use loco_rs::app::{AppContext, Hooks, Initializer};
use loco_rs::bgworker::Queue;
use loco_rs::boot::{BootResult, StartMode, create_app};
use loco_rs::config::Config;
use loco_rs::controller::AppRoutes;
use loco_rs::controller::middleware::MiddlewareLayer;
use loco_rs::environment::Environment;
use loco_rs::task::Tasks;
use migration::Migrator;
use naru::app::App;
use naru::services::Outside;

use super::leaks;

tokio::task_local! {
    pub static OUTSIDE: Outside;
}

/// The app with the test's clock and lookup, its answers looked through; everything else is [`App`]'s.
pub struct TestHooks;

#[async_trait::async_trait]
impl Hooks for TestHooks {
    fn app_name() -> &'static str {
        App::app_name()
    }

    async fn boot(mode: StartMode, environment: &Environment, config: Config) -> loco_rs::Result<BootResult> {
        create_app::<Self, Migrator>(mode, environment, config).await
    }

    async fn after_context(ctx: AppContext) -> loco_rs::Result<AppContext> {
        naru::app::wire(ctx, OUTSIDE.get()).await
    }

    async fn initializers(ctx: &AppContext) -> loco_rs::Result<Vec<Box<dyn Initializer>>> {
        App::initializers(ctx).await
    }

    async fn before_run(ctx: &AppContext) -> loco_rs::Result<()> {
        App::before_run(ctx).await
    }

    fn middlewares(ctx: &AppContext) -> Vec<Box<dyn MiddlewareLayer>> {
        App::middlewares(ctx)
    }

    fn routes(ctx: &AppContext) -> AppRoutes {
        App::routes(ctx)
    }

    async fn before_routes(ctx: &AppContext) -> loco_rs::Result<axum::Router<AppContext>> {
        App::before_routes(ctx).await
    }

    async fn after_routes(router: axum::Router, ctx: &AppContext) -> loco_rs::Result<axum::Router> {
        Ok(leaks::watched(App::after_routes(router, ctx).await?))
    }

    async fn connect_workers(ctx: &AppContext, queue: &Queue) -> loco_rs::Result<()> {
        App::connect_workers(ctx, queue).await
    }

    fn register_tasks(tasks: &mut Tasks) {
        App::register_tasks(tasks);
    }

    async fn truncate(ctx: &AppContext) -> loco_rs::Result<()> {
        App::truncate(ctx).await
    }

    async fn seed(ctx: &AppContext, base: &std::path::Path) -> loco_rs::Result<()> {
        App::seed(ctx, base).await
    }
}
