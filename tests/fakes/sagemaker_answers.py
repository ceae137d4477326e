"""What SageMaker answers, in the shapes of its API."""

from datetime import UTC, datetime
from typing import Any

AT = datetime(2026, 11, 1, tzinfo=UTC)
ARN = "arn:aws:sagemaker:eu-west-1:111122223333:"
ROLE = "arn:aws:iam::111122223333:role/service-role/train"
IMAGE, SECOND_IMAGE = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/xgb:1", "registry.example.org/post:2"
ARTIFACT, SECOND_ARTIFACT = "s3://models/churn/model.tar.gz", "s3://models/churn/post.tar.gz"

MODEL: dict[str, Any] = {
    "ModelName": "churn",
    "ModelArn": ARN + "model/churn",
    "CreationTime": AT,
    "PrimaryContainer": {"Image": IMAGE, "ModelDataUrl": ARTIFACT},
}
PIPELINE: dict[str, Any] = {
    "ModelName": "churn-pipeline",
    "ModelArn": ARN + "model/churn-pipeline",
    "CreationTime": AT,
    "Containers": [
        {"Image": IMAGE, "ModelDataUrl": ARTIFACT},
        {
            "Image": SECOND_IMAGE,
            "ModelDataSource": {
                "S3DataSource": {"S3Uri": SECOND_ARTIFACT, "S3DataType": "S3Object", "CompressionType": "Gzip"}
            },
        },
    ],
}


def channel(name: str, uri: str) -> dict[str, Any]:
    """Write an input of a training job."""
    return {
        "ChannelName": name,
        "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": uri}},
        "ContentType": "text/csv",
    }


JOB: dict[str, Any] = {
    "TrainingJobName": "churn-7",
    "TrainingJobArn": ARN + "training-job/churn-7",
    "ModelArtifacts": {"S3ModelArtifacts": ARTIFACT},
    "TrainingJobStatus": "Completed",
    "SecondaryStatus": "Completed",
    "AlgorithmSpecification": {"TrainingImage": IMAGE, "TrainingInputMode": "File"},
    "RoleArn": ROLE,
    "InputDataConfig": [channel("train", "s3://churn/train"), channel("validation", "s3://churn/validation")],
    "HyperParameters": {"max_depth": "5", "notes": "x" * 2500},
    "FinalMetricDataList": [
        {"MetricName": "validation:auc", "Value": 0.875, "Timestamp": AT},
        {"MetricName": "train:auc", "Value": 0.9375, "Timestamp": AT},
    ],
    "OutputDataConfig": {"S3OutputPath": "s3://models"},
    "ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 1},
    "StoppingCondition": {"MaxRuntimeInSeconds": 60},
    "CreationTime": AT,
}
PACKAGE_ARN = ARN + "model-package/churn/3"
PACKAGE: dict[str, Any] = {
    "ModelPackageName": "churn",
    "ModelPackageGroupName": "churn",
    "ModelPackageVersion": 3,
    "ModelPackageArn": PACKAGE_ARN,
    "ModelPackageDescription": "Third of its group",
    "ModelPackageStatus": "Completed",
    "ModelPackageStatusDetails": {"ValidationStatuses": []},
    "ModelApprovalStatus": "PendingManualApproval",
    "CreationTime": AT,
    "CreatedBy": {"UserProfileName": "trainer"},
    "Domain": "MACHINE_LEARNING",
    "Task": "CLASSIFICATION",
    "InferenceSpecification": {
        "Containers": [
            {"Image": IMAGE, "ModelDataUrl": ARTIFACT, "NearestModelName": "xgboost"},
            {"Image": SECOND_IMAGE, "ModelDataUrl": SECOND_ARTIFACT},
        ]
    },
    "SourceAlgorithmSpecification": {"SourceAlgorithms": [{"AlgorithmName": "xgb", "ModelDataUrl": ARTIFACT}]},
    "ModelMetrics": {"Bias": {"Report": {"ContentType": "application/json", "S3Uri": "s3://reports/bias.json"}}},
}
