namespace TrainingDoctor.Tests.Reports;

/// <summary>A rule that fires on every run that has a loss, with everything that a finding may have: exporters are tested with it.</summary>
internal sealed class SampleRule() : Rule<SampleRule.SampleOptions>(new SampleOptions())
{
    public override RuleDescriptor Descriptor { get; } = new()
    {
        Id = "TD4999",
        Name = "sample-symptom",
        Category = RuleCategory.Loss,
        Severity = Severity.Warning,
        Summary = $"A sample.",
        Explanation = $"A sample.",
        Why = $"A sample.",
        Inputs = [Metric.Loss],
        Granularity = ScopeKind.Run,
        Causes = [Cause.LearningRateTooHigh],
        Remedies = [new($"A sample.", $"A sample.")],
        Sources = ["None"],
    };

    public override RuleEvaluator CreateEvaluator(RuleContext context) => new Evaluator(context);

    public override Diagnosis Diagnose(Symptom symptom, RunFacts facts) => new(
        $"The loss of {symptom.Layers.Count} layer(s) is a sample",
        $"At step {symptom.FirstStep} the loss was {symptom.Evidence[0].Value:G4}, more than {symptom.Evidence[0].Limit:G3}.",
        [new(Cause.LearningRateTooHigh, 0.6), new(Cause.NumericOverflow, 0.25)],
        [
            new Remedy
            {
                Title = $"Lower the learning rate",
                Actions =
                [
                    new RemedyAction { Kind = RemedyActionKind.ScaleLearningRate, Factor = 0.1 },
                    new RemedyAction { Kind = RemedyActionKind.ClipGradientNorm, MaxNorm = 1 },
                ],
                Rationale = $"Smaller steps stay where the loss is smooth.",
                Caveat = $"Training takes longer.",
                Code = "optimizer = torch.optim.SGD(model.parameters(), 0.05);\r\ntorch.nn.utils.clip_grad_norm_(model.parameters(), 1.0);",
                Sources = ["Pascanu et al. 2013"],
            },
            new Remedy
            {
                Title = $"Add warm-up",
                Actions = [new RemedyAction { Kind = RemedyActionKind.AddWarmup, Steps = 100 }],
                Rationale = $"The first steps are the most dangerous.",
            },
        ]);

    private sealed class Evaluator(RuleContext context) : RuleEvaluator
    {
        private Symptom? _symptom;

        public override void Observe(in Measurement measurement)
        {
            if (_symptom is null)
            {
                _symptom = context.Open(new Symptom
                {
                    Severity = Severity.Warning,
                    Confidence = 0.8,
                    FirstStep = measurement.Step,
                    Evidence = [new Evidence("loss", null, measurement.Step, measurement.Value, 1, ">")],
                });
            }
            else if (!double.IsFinite(measurement.Value) && _symptom.Evidence.Count < 3)
            {
                _symptom.Evidence.Add(new Evidence("loss", null, measurement.Step, measurement.Value, null, "!="));
            }

            _symptom.LastStep = measurement.Step;
        }
    }

    internal sealed class SampleOptions
    {
        public double Limit { get; set; } = 1;
    }
}
