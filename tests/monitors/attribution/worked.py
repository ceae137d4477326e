"""Global SHAP values that Clarify gave for a real model of 14 features (income of adults)."""

ADULTS = {
    "Age": 0.05966147427879835,
    "Workclass": 0.00912397024204763,
    "fnlwgt": 0.0010359326386406794,
    "Education": 0.014584218772494863,
    "Education-Num": 0.09914514927164537,
    "Marital Status": 0.05460401411146745,
    "Occupation": 0.002615299661494767,
    "Relationship": 0.018177001453756298,
    "Ethnic group": 0.005266052293379711,
    "Sex": 0.03201881160113639,
    "Capital Gain": 0.09911907893044279,
    "Capital Loss": 0.013593711604795078,
    "Hours per week": 0.036417023377112064,
    "Country": 0.004667358596049477,
}
