"""What of each thing is public, and how does PostgreSQL write it as one JSON object?

Columns are named one by one, so that a new one is public only when somebody has decided so; a test
asks about each that is left out. The SQL becomes part of a trigger (``Change``), so ``makemigrations``
notices when it changes.
"""

from dataclasses import dataclass, field

#: Columns of the tables below that are not public, or that the object's own place tells.
NOT_PUBLIC = {
    "agreements_cooperation": {
        "publication",  # only what is published is shown
        "confirmed_by",  # a person's name (law.md GDPR-02)
        "due_on",  # the register's own reminder
        "confirm_every",
        "sort_key",
        "umbrella_id",  # shown when the umbrella is public
    },
    "agreements_agreement": {"note"},  # the coordinator's own
    "agreements_notice": {"reference"},  # a letter may name a person
    "agreements_document": {
        "original_id",  # what a redacted copy was made from is exempt
        "file_name",  # comes with the file
        "uploaded_at",  # told in UTC
        "uploaded_by",  # persons' names
        "confirmed_by",
        "confirmed_at",  # these decide whether it is public
        "erased_at",
        "text",  # read from the file; only searched
        "search",
        "notes",  # for the one who confirms
        "birth_numbers",
    },
    "municipalities_organisation": {"sort_key"},
    "municipalities_county": {"sort_key"},
    "municipalities_municipality": {"registered_name"},
}


@dataclass(frozen=True)
class Rows:
    """The rows of a table that belong to an object, as a JSON list.

    ``join`` is the condition under which a row belongs, with ``{up}`` for the alias of the object.
    """

    table: str
    columns: str
    join: str
    inner: dict[str, "Rows"] = field(default_factory=dict)
    one: bool = False

    def sql(self, up: str, depth: int = 1) -> str:
        """Return the subquery; of a table with one row for the object, that row or null."""
        alias = f"r{depth}"
        thing = as_object(alias, self.columns, {name: rows.sql(alias, depth + 1) for name, rows in self.inner.items()})
        if self.one:
            return f"(SELECT {thing} FROM {self.table} {alias} WHERE {self.join.format(up=up, me=alias)})"
        order = self.columns.split()[0]
        return (
            f"(SELECT COALESCE(jsonb_agg({thing} ORDER BY {alias}.{order}), '[]'::jsonb)"
            f" FROM {self.table} {alias} WHERE {self.join.format(up=up, me=alias)})"
        )


@dataclass(frozen=True)
class Kind:
    """A kind of object in the stream: its table, what of it is public, and when it is."""

    table: str
    columns: str
    slug: str
    key: str = "id"
    inner: dict[str, Rows] = field(default_factory=dict)
    extra: dict[str, str] = field(default_factory=dict)
    public: str = "true"

    def state(self) -> str:
        """Return the JSON object of the row ``t``."""
        inner = {name: rows.sql("t") for name, rows in self.inner.items()}
        return as_object("t", self.columns, inner | self.extra)


def as_object(alias: str, columns: str, inner: dict[str, str]) -> str:
    """Return ``jsonb_build_object`` of columns and expressions, in parts that PostgreSQL's 100 arguments allow."""
    names = columns.split()
    pairs = [f"'{name}', {alias}.{name}" for name in names]
    parts = [f"jsonb_build_object({', '.join(pairs[at : at + 40])})" for at in range(0, len(pairs), 40)]
    if inner:
        parts.append("jsonb_build_object({})".format(", ".join(f"'{name}', {sql}" for name, sql in inner.items())))
    return " || ".join(parts)


CITATIONS = "id source_id locator heading note retrieved"

COOPERATION = Kind(
    table="agreements_cooperation",
    columns=(
        "id slug name has_proper_name short_name body_id form form_as_stated purpose stage "
        "valid_from valid_from_precision valid_to valid_to_precision winding_up_from "
        "stated_member_count count_note members_complete leader_rotates responsible_id confirmed_on"
    ),
    slug="t.slug",
    public="t.publication = 'published'",
    extra={
        "umbrella_id": (
            "(SELECT u.id FROM agreements_cooperation u WHERE u.id = t.umbrella_id AND u.publication = 'published')"
        )
    },
    inner={
        "tasks": Rows("agreements_cooperationtask", "id task_id position", "{me}.cooperation_id = {up}.id"),
        "memberships": Rows(
            "agreements_membership",
            "id organisation_id role group_id covers ownership_numerator ownership_denominator liability_numerator "
            "liability_denominator share_note valid_from valid_from_precision valid_to valid_to_precision purpose note "
            "position",
            "{me}.cooperation_id = {up}.id",
            {"citations": Rows("agreements_citation", CITATIONS, "{me}.membership_id = {up}.id")},
        ),
        "group_statements": Rows(
            "agreements_groupstatement",
            "id wording role county_id count note position",
            "{me}.cooperation_id = {up}.id",
        ),
        "organs": Rows(
            "agreements_organ",
            "id name kind note size has_manager shares_people_with_assembly position",
            "{me}.cooperation_id = {up}.id",
            {"seats": Rows("agreements_organseat", "id organisation_id members deputies", "{me}.organ_id = {up}.id")},
        ),
        "agreements": Rows(
            "agreements_agreement",
            "id kind title supersedes_id is_written signed_on valid_from valid_to renewal notice_months notice_source "
            "languages archive_reference changed_items majority may_borrow loan_ceiling",
            "{me}.cooperation_id = {up}.id",
            {
                "decisions": Rows(
                    "agreements_decision",
                    "id organisation_id subject organ decided_on case_number outcome url",
                    "{me}.agreement_id = {up}.id",
                ),
                "clauses": Rows("agreements_clause", "id item status place", "{me}.agreement_id = {up}.id"),
            },
        ),
        "legal": Rows(
            "agreements_legalprofile",
            "own_legal_person org_number registered_form in_company_register legal_basis special_law ordered_by_state "
            "decision_power decision_basis decides_matters_of_principle plan_power produces_services is_political "
            "is_business procurement_assessed complaint_body has_complaints_board may_borrow loan_ceiling loans "
            "gives_guarantees share_capital cost_key loss_split_deviates auditor head_office_id public_records_act "
            "in_foundation_register has_both_sexes_on_board",
            "{me}.cooperation_id = {up}.id",
            one=True,
        ),
        "notices": Rows(
            "agreements_notice",
            "id organisation_id given_on effective_on basis withdrawn_on",
            "{me}.cooperation_id = {up}.id",
        ),
        "notifications": Rows(
            "agreements_notification", "id recipient sent_on reference", "{me}.cooperation_id = {up}.id"
        ),
        "predecessors": Rows(
            "agreements_cooperationrelation",
            "id predecessor_id kind note",
            "{me}.successor_id = {up}.id AND EXISTS (SELECT FROM agreements_cooperation p"
            " WHERE p.id = {me}.predecessor_id AND p.publication = 'published')",
        ),
        "citations": Rows("agreements_citation", CITATIONS, "{me}.cooperation_id = {up}.id"),
    },
)

#: The SQL twin of ``querysets.public_organisations``: a body of an unpublished cooperation is hidden until named.
ORGANISATION_IS_PUBLIC = """(
    NOT EXISTS (SELECT FROM agreements_cooperation c WHERE c.body_id = {o}.id AND c.publication <> 'published')
    OR EXISTS (SELECT FROM agreements_membership m JOIN agreements_cooperation c ON c.id = m.cooperation_id
               WHERE m.organisation_id = {o}.id AND c.publication = 'published')
    OR EXISTS (SELECT FROM agreements_cooperation c WHERE c.responsible_id = {o}.id AND c.publication = 'published')
)"""

ORGANISATION = Kind(
    table="municipalities_organisation",
    columns="id slug kind name short_name org_number country valid_from valid_to note",
    slug="t.slug",
    public=ORGANISATION_IS_PUBLIC.format(o="t"),
    inner={
        "names": Rows(
            "municipalities_organisationname",
            "id name kind language valid_from valid_to",
            "{me}.organisation_id = {up}.id",
        )
    },
    extra={
        "successor_ids": (
            "(SELECT COALESCE(jsonb_agg(s.id ORDER BY s.id), '[]'::jsonb)"
            " FROM municipalities_organisation_successors l JOIN municipalities_organisation s"
            f" ON s.id = l.to_organisation_id WHERE l.from_organisation_id = t.id AND {ORGANISATION_IS_PUBLIC})"
        ).format(o="s")
    },
)

#: The SQL twin of ``DocumentQuerySet.public``.
DOCUMENT = Kind(
    table="agreements_document",
    columns="id agreement_id title version language access exemption_basis format size sha256",
    slug="t.id::text",
    public=(
        "(t.confirmed_at IS NOT NULL AND t.access IN ('public', 'redacted') AND t.erased_at IS NULL AND EXISTS ("
        "SELECT FROM agreements_agreement a JOIN agreements_cooperation c ON c.id = a.cooperation_id"
        " WHERE a.id = t.agreement_id AND c.publication = 'published'))"
    ),
    # The same text whatever time zone the writer's connection has.
    extra={"uploaded_at": "to_char(t.uploaded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')"},
)

MUNICIPALITY = Kind(
    table="municipalities_municipality",
    columns=(
        "organisation_id malform malform_confidence centrality_class centrality_index area_km2 latitude longitude "
        "point_kind admin_centre wikidata_id in_robek"
    ),
    key="organisation_id",
    slug="(SELECT o.slug FROM municipalities_organisation o WHERE o.id = t.organisation_id)",
    inner={
        "numbers": Rows(
            "municipalities_municipalitynumber",
            "id number name label county_id valid_from valid_to",
            "{me}.municipality_id = {up}.organisation_id",
        ),
        "populations": Rows(
            "municipalities_population",
            "id date persons source",
            "{me}.municipality_id = {up}.organisation_id",
        ),
    },
)

COUNTY = Kind(
    table="municipalities_county",
    columns="id number name official_name council_id valid_from valid_to note",
    slug="t.number",
    extra={
        "successor_ids": (
            "(SELECT COALESCE(jsonb_agg(l.to_county_id ORDER BY l.to_county_id), '[]'::jsonb)"
            " FROM municipalities_county_successors l WHERE l.from_county_id = t.id)"
        )
    },
)

#: Every kind of object in the stream, in the order in which one transaction's events come.
KINDS = {
    "source": Kind(
        table="agreements_source",
        columns="id key title authors publisher published as_of licence url credit used_for",
        slug="t.key",
    ),
    "task": Kind(
        table="agreements_task",
        columns="id code parent_id name_nb name_nn name_en kostra_function position",
        slug="t.code",
    ),
    "county": COUNTY,
    "organisation": ORGANISATION,
    "municipality": MUNICIPALITY,
    "municipality_change": Kind(
        table="municipalities_municipalitychange",
        columns="id date kind old_id new_id old_number old_name new_number new_name note source",
        slug="t.id::text",
    ),
    "cooperation": COOPERATION,
    "document": DOCUMENT,
}
