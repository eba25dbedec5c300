import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shopping.settings")
application = get_wsgi_application()
# What is loaded stays: whoever looks for garbage among what requests leave need not go through it.
gc.collect()
gc.freeze()
