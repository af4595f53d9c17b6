"""The small company of the forms' tests, for tests of what follows from a declaration."""

from tests.forms.conftest import company_folder  # noqa: F401  # a fixture
