using System.ComponentModel.DataAnnotations;
using TrainingDoctor.Rules.Evaluation;

namespace TrainingDoctor.Rules.Generalization;

/// <summary>TD6013: validation has classes that training never had, or numbers them otherwise.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class MismatchedClasses(MismatchedClassesOptions options) : Rule<MismatchedClassesOptions>(options)
{
    private const string Unknown = "unknown";
    private const string Renamed = "renamed";

    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD6013",
        Name = "mismatched-classes",
        Category = RuleCategory.Generalization,
        Severity = Severity.Warning,
        Summary = $"Validation has classes that training never had, or numbers them otherwise.",
        Explanation = $"The class indices that the loss compares in validations are counted beside those of training, and beside the model's answers. The rule fires when a class is among the validation's targets that training never had, although by its share it should have been there twenty times; "
            + $"and when far more answers would be right if the model's classes were renamed one to one, beyond what chance gives.",
        Why = $"No training can learn a class that it never sees, and answers under other numbers count as wrong: the validation says nothing of the model.",
        Inputs = [Metric.ValidationUnknownClassFraction, Metric.ValidationAgreement, Metric.ValidationRenamedAgreement],
        RequiredInputs = [],
        Granularity = ScopeKind.Run,
        Causes = [Cause.MismatchedClasses, Cause.LabelError],
        Remedies =
        [
            new($"Number the classes by one list, made once and used for both parts.", $"Folders, label encoders and dictionaries that are built for each part by itself number classes by what happens to be there."),
            new($"Split the samples so that every class is in both parts.", $"A split of sorted data, or of few samples of a class, leaves some out."),
        ],
        Sources = ["scikit-learn documentation: train_test_split, stratify", "torchvision documentation: ImageFolder, class_to_idx"],
        Limitations = $"Seen where the loss is a module that the monitor was given, and evaluations call it with class indices, or where the program tells outputs and targets by Evaluate (evaluate in Python). Classes that are held out on purpose look the same.",
    };

    /// <inheritdoc/>
    public override RuleDescriptor Descriptor => Metadata;

    /// <inheritdoc/>
    public override RuleEvaluator CreateEvaluator(RuleContext context) => new Evaluator(Options, context);

    /// <inheritdoc/>
    public override Diagnosis Diagnose(Symptom symptom, RunFacts facts)
    {
        ArgumentNullException.ThrowIfNull(symptom);
        ArgumentNullException.ThrowIfNull(facts);
        var worst = symptom.Evidence[0];
        return symptom.Variant == Unknown
            ? new Diagnosis(
                $"Validation has classes that training never had",
                $"{worst.Value:P1} of the validation's targets are of classes that were never among the training's (limit {worst.Limit:P1}), although by their share there each should have been seen 20 times or more; last so at step {symptom.LastStep}.",
                [new(Cause.MismatchedClasses, 0.9), new(Cause.LabelError, 0.07)],
                [
                    new Remedy
                    {
                        Title = $"Split the data so that training has every class",
                        Actions = [new RemedyAction { Kind = RemedyActionKind.CleanData }, new RemedyAction { Kind = RemedyActionKind.ShuffleData }],
                        Rationale = $"A class that is never a target in training is pushed down in every step.",
                        Caveat = $"Shuffle before the split, or split every class by itself; a filter or a cut at a number of rows may have taken the class away.",
                        Code = "var missing = validationLabels.Except(trainLabels).ToList(); // must be empty",
                        Sources = ["scikit-learn documentation: train_test_split, stratify"],
                    },
                ])
            : new Diagnosis(
                $"Validation numbers the classes otherwise than training",
                $"{symptom.Values["agreement"]:P0} of the validation's answers are right, and {symptom.Values["renamed"]:P0} would be if the classes were renamed one to one: {worst.Value:P0} more (limit {worst.Limit:P0}); last so at step {symptom.LastStep}.",
                [new(Cause.MismatchedClasses, 0.92), new(Cause.LabelError, 0.05)],
                [
                    new Remedy
                    {
                        Title = $"Number the classes by one list for both",
                        Actions = [new RemedyAction { Kind = RemedyActionKind.CleanData }],
                        Rationale = $"The model tells the classes apart; only their numbers differ.",
                        Caveat = $"Use the training's list wherever the model is used, and keep it beside the weights.",
                        Code = "// classes by one list for both: names.Select(name => trainClasses.IndexOf(name))",
                        Sources = ["torchvision documentation: ImageFolder, class_to_idx"],
                    },
                ]);
    }

    private sealed class Evaluator(MismatchedClassesOptions options, RuleContext context) : RuleEvaluator
    {
        private readonly SymptomTracker _unknown = new(context, options.Patience, Unknown) { Confidence = 0.95 };
        private readonly SymptomTracker _renamed = new(context, options.Patience, Renamed) { Confidence = 0.95 };
        private double _agreement = double.NaN;
        private double _renamedAgreement = double.NaN;

        public override Text? WhyNotEvaluated => _unknown.Samples + _renamed.Samples > 0 ? null : (Text)$"no class indices were compared in a validation";

        public override void Observe(in Measurement measurement)
        {
            switch (measurement.Metric)
            {
                case Metric.ValidationUnknownClassFraction:
                    _unknown.Observe(measurement.Step, measurement.Value > options.MaximumUnknown, new Reading(measurement.Metric, measurement.Value, options.MaximumUnknown, ">"));
                    break;
                case Metric.ValidationAgreement:
                    _agreement = measurement.Value;
                    break;
                case Metric.ValidationRenamedAgreement:
                    _renamedAgreement = measurement.Value;
                    break;
            }
        }

        public override void StepCompleted(long step)
        {
            double gain = _renamedAgreement - _agreement;
            if (!double.IsNaN(gain))
            {
                bool isIll = gain > options.MinimumGain && _renamedAgreement >= options.MinimumRenamed;
                if (_renamed.Observe(step, isIll, new Reading(Metric.ValidationRenamedAgreement, gain, options.MinimumGain, ">", Name: "renaming_gain")) && _renamed.Symptom is { } symptom && gain >= symptom.Evidence[0].Value)
                {
                    (symptom.Values["agreement"], symptom.Values["renamed"]) = (_agreement, _renamedAgreement);
                }
            }

            (_agreement, _renamedAgreement) = (double.NaN, double.NaN);
        }
    }
}

/// <summary>Thresholds of <see cref="MismatchedClasses"/>.</summary>
public sealed class MismatchedClassesOptions
{
    /// <summary>Gets or sets the share of the validation's targets that may be of classes that training never had.</summary>
    /// <value>The default is 0.005: counted are only classes that training should have had 20 times; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double MaximumUnknown { get; set; } = 0.005;

    /// <summary>Gets or sets by how much renaming the classes must raise the share of right answers.</summary>
    /// <value>The default is 0.25: of 50 answers to two classes chance gives as much once in thirty; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double MinimumGain { get; set; } = 0.25;

    /// <summary>Gets or sets the share of right answers that renaming must reach.</summary>
    /// <value>The default is 0.6: answers that do not tell the classes apart stay below, whatever they are called; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double MinimumRenamed { get; set; } = 0.6;

    /// <summary>Gets or sets how many validations in a row it takes.</summary>
    /// <value>The default is 2; at least 1.</value>
    [Range(1, int.MaxValue)]
    public int Patience { get; set; } = 2;
}
