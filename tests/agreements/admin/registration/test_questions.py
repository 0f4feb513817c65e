import pytest

from agreements.admin.registration.questions import FORM_QUESTIONS
from agreements.models import Form, LegalProfile, Organ, Role

FORMS = pytest.mark.parametrize("form", Form.values)


def asked(form):
    return {question.field for question in FORM_QUESTIONS[form].legal}


def test_every_form_is_there():
    assert set(FORM_QUESTIONS) == set(Form.values)


@FORMS
def test_questions_are_fields_of_the_profile_with_help_and_stand_once(form):
    fields = [question.field for question in FORM_QUESTIONS[form].legal]
    assert set(fields) <= {f.name for f in LegalProfile._meta.fields}
    assert len(fields) == len(set(fields))
    assert all(str(question.help).endswith(".") for question in FORM_QUESTIONS[form].legal)


@FORMS
def test_a_single_role_is_not_offered_in_every_row(form):
    questions = FORM_QUESTIONS[form]
    assert questions.roles
    assert questions.single is None or questions.single.role not in questions.roles


@pytest.mark.parametrize("form", [Form.STI, Form.FLI])
def test_what_nobody_owns_is_never_asked_for_shares(form):
    assert (FORM_QUESTIONS[form].ownership, FORM_QUESTIONS[form].liability) == ("", "")
    assert Role.OWNER not in FORM_QUESTIONS[form].roles


@pytest.mark.parametrize("form", [Form.AS, Form.SA])
def test_limited_liability_is_not_asked_for_a_liability_share(form):
    assert FORM_QUESTIONS[form].ownership
    assert not FORM_QUESTIONS[form].liability


@pytest.mark.parametrize("form", [Form.IKS, Form.KO, Form.IPR])
def test_unlimited_liability_is_asked_for_both_shares_and_seats(form):
    questions = FORM_QUESTIONS[form]
    assert questions.ownership
    assert questions.liability
    assert questions.seats.organ == Organ.Kind.ASSEMBLY
    assert not questions.seats.optional


WITHOUT_BODY = set(Form) - {Form.IKS, Form.KO, Form.IPR, Form.AS, Form.SA, Form.STI, Form.FLI, Form.PAR27, Form.UNKNOWN}


@pytest.mark.parametrize("form", sorted(WITHOUT_BODY))
def test_cooperation_without_a_body_has_no_shares_and_no_number(form):
    assert not FORM_QUESTIONS[form].ownership
    assert "org_number" not in asked(form)
    assert "own_legal_person" not in asked(form)


def test_a_host_municipality_is_one():
    assert FORM_QUESTIONS[Form.VK].single.role == Role.HOST


@pytest.mark.parametrize("form", [Form.KO, Form.IPR])
def test_own_legal_person_is_a_choice_in_chapters_18_and_19_only(form):
    assert "own_legal_person" in asked(form)
    assert FORM_QUESTIONS[form].single.role == Role.OFFICE


def test_loans_are_asked_as_each_law_does():
    assert {"may_borrow", "loan_ceiling", "loans"} <= asked(Form.IKS)
    assert asked(Form.KO) & {"may_borrow", "loan_ceiling", "loans"} == {"may_borrow"}
    assert not asked(Form.IPR) & {"may_borrow", "loan_ceiling", "loans"}


def test_the_law_stands_behind_what_is_asked_of_the_forms_in_law():
    for form in (Form.IKS, Form.VK, Form.KO, Form.IPR):
        questions = FORM_QUESTIONS[form]
        bare = {q.field for q in questions.legal if "§" not in q.paragraph}
        assert bare <= {"org_number", "auditor", "cost_key"}
        assert "§" in questions.seats.paragraph
        assert "§" in str(questions.period)
