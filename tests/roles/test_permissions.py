"""What a role permits, in plain words."""

from mlgov.roles import permissions
from tests.roles.samples import KEYS, NETWORK, rendered, role


def test_every_activity_of_a_role_is_listed() -> None:
    """One entry per activity, sorted, with its title and summary."""
    found = permissions(role("data_scientist"))
    assert [entry.id for entry in found] == [
        "access_s3_buckets",
        "manage_experiments",
        "manage_jobs",
        "manage_models",
        "run_studio_apps",
        "visualize_experiments",
    ]
    assert found[0].title == "S3 bucket access"
    assert found[0].summary.startswith("List the named S3 buckets")


def test_a_spec_and_its_rendered_role_say_the_same() -> None:
    """It does not matter which of the two is given."""
    assert permissions(rendered("mlops")) == permissions(role("mlops"))


def test_each_statement_says_what_it_permits_and_what_limits_it() -> None:
    """Purpose and limits are words; limits are those of this role."""
    (jobs,) = permissions(rendered(activities=["manage_jobs"], network=NETWORK, keys=KEYS))
    assert jobs.statements[0].purpose == "Start training, tuning, processing and AutoML jobs."
    assert jobs.statements[0].limits == (
        "only in the subnets and security groups of the role",
        "only with the KMS keys of the role",
    )


def test_an_unlimited_role_claims_no_limits() -> None:
    """Without a network and keys there is nothing to claim."""
    (jobs,) = permissions(rendered(activities=["manage_jobs"]))
    assert {statement.limits for statement in jobs.statements} == {()}
