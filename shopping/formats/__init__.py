"""One form of dates and times a language, for all pages: settings.FORMAT_MODULE_PATH."""
