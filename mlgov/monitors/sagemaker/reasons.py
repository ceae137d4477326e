"""Why keys of SageMaker have no place in a monitor set."""

#: Why a key has no place, by what it contains; the first that fits. Facts about the account come last.
_REASONS = (
    ("PreprocessorSourceUri", "mlgov runs no code of others; prepare the data before it is captured"),
    ("PostAnalyticsProcessorSourceUri", "mlgov runs no code of others; events tell what was found"),
    ("FeaturesAttribute", "rows of all usual JSON layouts are found without it"),
    ("DatasetFormat", "only CSV without a header and JSON lines are read from batch capture"),
    ("TimeOffset", "data quality and attributions are looked at as soon as their window is over"),
    ("Environment", "an option of AWS's container"),
    ("ImageUri", "the container that ran it; mlgov judges itself"),
    ("Container", "the container that ran it; mlgov judges itself"),
    ("LocalPath", "a place in AWS's container"),
    ("S3InputMode", "how AWS hands files to its container"),
    ("S3DataDistributionType", "how AWS hands files to its container"),
    ("Output", "results are records on the ledger branch"),
    ("Resources", "runs take the machine, or the engine of mlgov.toml"),
    ("StoppingCondition", "the limit of the workflow that runs mlgov holds"),
    ("NetworkConfig", "the network is that of the machine that runs mlgov"),
    ("RoleArn", "the credentials are those of whoever runs mlgov"),
    ("BaseliningJobName", "the job is over; its files are the baseline"),
    ("LastMonitoringExecutionSummary", "what ran before stays in SageMaker"),
    ("MonitoringExecutionSummary", "what ran before stays in SageMaker"),
    ("ProductionVariants", "how the endpoint is built; mlgov only reads its captures"),
    ("EndpointConfigName", "how the endpoint is built; mlgov only reads its captures"),
    ("DataCaptureConfig", "how the endpoint captures; mlgov only reads its captures"),
    ("AlertSummaries", "a fact about the account; issues tell of alerts here"),
    ("Status", "a fact about the account"),
    ("Reason", "a fact about the account"),
    ("Arn", "a fact about the account"),
    ("Time", "a fact about the account"),
)
_NO_PLACE = "has no place in a monitor set"


def reason_of(path: str) -> str:
    """Say why a key has no place, by its path."""
    return next((reason for part, reason in _REASONS if part in path), _NO_PLACE)
