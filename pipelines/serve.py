"""The web application on its server, as one process: started by the supervisor, or by itself on a web host."""

from __future__ import annotations

from operational.settings import Settings

THREADS = 16


def main() -> None:
    """Serve until told to stop."""
    import waitress

    from dashboards.app import create_app, warming
    from operational.store.schema import create_schema
    from operational.store.session import Store

    settings = Settings()
    store = Store.open(settings)
    create_schema(store.engine)
    application = create_app(settings, store)
    warming(application).start()
    waitress.serve(application, host=settings.host, port=settings.port, threads=THREADS, ident=None)


if __name__ == "__main__":
    main()
