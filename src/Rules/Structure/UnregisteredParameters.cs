using System.ComponentModel.DataAnnotations;
using TrainingDoctor.Rules.Evaluation;
using TrainingDoctor.Rules.Knowledge;

namespace TrainingDoctor.Rules.Structure;

/// <summary>TD7004: parameters that the optimizer does not hold, or layers that their module never registered.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class UnregisteredParameters(UnregisteredParametersOptions options) : StructureRule<UnregisteredParametersOptions>(options)
{
    private const string Unregistered = "unregistered";
    private const string Foreign = "foreign-optimizer";
    private const string NotHeld = "not-held";
    private const string Body = "frozen-body";
    private const string Idle = "idle-optimizer";

    /// <summary>Names that people give to networks which are not to be trained.</summary>
    private static readonly string[] KeptApart = ["target", "teacher", "ema", "frozen", "reference", "old", "best", "critic", "discriminator"];

    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD7004",
        Name = "unregistered-parameters",
        Category = RuleCategory.Structure,
        Severity = Severity.Error,
        Summary = $"The optimizer does not hold all parameters, or layers in fields, arrays or lists were never registered.",
        Explanation = $"Fields, arrays, lists and dictionaries of the user's modules are compared with what they registered, and trainable parameters with what the optimizer holds. "
            + $"Parameters that the optimizer leaves out at the beginning of the model only are taken for fine-tuning, unless they are fresh from torch's default initialisation. "
            + $"An optimizer that should remember its steps (Adam, momentum) is also seen when it remembers none while the weights move: another does the work, mostly one that is made anew for each step.",
        Why = $"Nobody updates such parameters, no state_dict saves them, no eval() or to(device) reaches them; training goes on around them as if nothing was wrong.",
        Inputs = [Metric.UpdateRatio, Metric.OptimizerIdle],
        RequiredInputs = [],
        Granularity = ScopeKind.Run,
        NeedsModel = true,
        Causes = [Cause.WrongOptimizerParameters, Cause.FrozenParameters],
        Remedies =
        [
            new($"Keep layers in Sequential, ModuleList or ModuleDict, and call RegisterComponents() at the end of the constructor.", $"TorchSharp registers fields of module types then; arrays and lists it never sees."),
            new($"Make the optimizer after the model is complete, from model.parameters().", $"It holds what it was given when it was made."),
            new($"Set requires_grad to false on what is frozen on purpose.", $"Then it says so itself."),
        ],
        Sources = ["dotnet/TorchSharp issues 532 and 958: layers in arrays and lists", "dotnet/TorchSharp issue 1481: the optimizer sees other parameters"],
        Limitations = $"A second optimizer is not seen; with TrainingTask.Adversarial parameters of the other network are expected. Networks named target, teacher, ema or the like are taken as kept apart on purpose.",
    };

    /// <inheritdoc/>
    public override RuleDescriptor Descriptor => Metadata;

    /// <inheritdoc/>
    public override Diagnosis Diagnose(Symptom symptom, RunFacts facts)
    {
        ArgumentNullException.ThrowIfNull(symptom);
        ArgumentNullException.ThrowIfNull(facts);
        string first = symptom.Layers is [var name, ..] ? name : "the model";
        double count = symptom.Evidence[0].Value;
        return new Diagnosis(
            symptom.Variant switch
            {
                Unregistered => (Text)$"{first} was never registered",
                Foreign => $"The optimizer holds none of the model's parameters",
                Idle => $"The optimizer never steps, although the weights move",
                Body => $"The optimizer leaves out the beginning of the model",
                _ => $"The optimizer leaves out {first}",
            },
            symptom.Variant switch
            {
                Unregistered => $"{symptom.Layers.Count} module(s) or parameter(s) (stands|stand) in members of custom modules but not in named_parameters(), with {symptom.Evidence.Sum(evidence => evidence.Value):N0} values in all: {string.Join(", ", symptom.Layers)}.",
                Foreign => $"The optimizer holds {facts.Run.Optimizer?.ParameterCount ?? 0} parameter(s), none of them of this model.",
                Idle => $"At all {count:N0} steps that were looked at, up to step {symptom.LastStep}, the optimizer remembered nothing of any step, and the weights moved: they are moved by another, or by one that is made anew for each step and forgets moments and momentum.",
                Body => $"{count:N0} trainable parameter(s) before the first one that the optimizer holds (is|are) not in it: fine-tuning, or an oversight.",
                _ => (Text)$"{count:N0} trainable parameter(s) (is|are) not in the optimizer: {string.Join(", ", symptom.Layers)}.",
            },
            [new(Cause.WrongOptimizerParameters, symptom.Variant == Body ? 0.3 : 0.85), new(Cause.FrozenParameters, symptom.Variant == Body ? 0.6 : 0.1)],
            [symptom.Variant == Unregistered ? Register(symptom.Layers) : symptom.Variant == Idle ? MakeOnce() : HandOver(symptom)]);
    }

    internal override IEnumerable<Symptom> Inspect(StructureView view)
    {
        foreach (var member in view.Model.Unregistered.Where(member => member.ParameterCount > 0))
        {
            bool keptApart = KeptApart.Any(word => member.Member.Contains(word, StringComparison.OrdinalIgnoreCase)) || !TaskProfile.IsMeasuredByLoss(view.Run.Task);
            yield return new Symptom
            {
                Severity = keptApart ? Severity.Info : Severity.Error,
                Confidence = keptApart ? 0.4 : 0.95,
                Variant = Unregistered,
                Layers = [member.Member],
                Evidence = [new Evidence("unregistered_parameters", member.Member, null, member.ParameterCount, 0, ">")],
            };
        }

        if (IdleOptimizer(view.Facts) is { } idle)
        {
            yield return idle;
        }

        foreach (var symptom in InspectOptimizer(view))
        {
            yield return symptom;
        }
    }

    private static Remedy Register(IReadOnlyList<string> members) => new()
    {
        Title = $"Register {string.Join(", ", members)}",
        Actions = [new RemedyAction { Kind = RemedyActionKind.RegisterParameters, Layers = members }],
        Rationale = $"TorchSharp registers fields of module types when RegisterComponents() is called; arrays, lists and dictionaries of modules it does not look into.",
        Caveat = $"Make the optimizer after this, or it will not hold them. Files saved before lack them.",
        Code = "private readonly ModuleList<Module<Tensor, Tensor>> blocks;\n// in the constructor:\nblocks = nn.ModuleList(nn.Linear(64, 64), nn.Linear(64, 64));\nRegisterComponents();",
        Sources = ["dotnet/TorchSharp issues 532 and 958"],
    };

    private static Remedy MakeOnce() => new()
    {
        Title = $"Make the optimizer once, before the loop",
        Actions = [new RemedyAction { Kind = RemedyActionKind.RegisterParameters }],
        Rationale = $"Adam's moments and momentum are sums over many steps; an optimizer made within the loop takes every step as its first, as long as the learning rate allows.",
        Caveat = $"Where several optimizers share the work, tell the monitor of the one that moves most of the weights.",
        Code = "var optimizer = optim.Adam(model.parameters(), 1e-3);\nfor (int epoch = 0; epoch < epochs; epoch++) { Train(model, optimizer); }",
        Sources = ["torch.optim documentation: optimizers hold the state of their steps"],
    };

    private static Remedy HandOver(Symptom symptom) => new()
    {
        Title = $"Make the optimizer from model.parameters(), after the model is complete",
        Actions = [new RemedyAction { Kind = RemedyActionKind.RegisterParameters, Layers = symptom.Layers }],
        Rationale = $"An optimizer updates what it was given when it was made: parts added or replaced later are not in it.",
        Caveat = $"If they are frozen on purpose, set requires_grad to false on them: that says so, and saves their gradients.",
        Code = "var optimizer = optim.Adam(model.parameters(), 1e-3);\n// frozen on purpose:\nforeach (var p in model.backbone.parameters()) { p.requires_grad = false; }",
        Sources = ["dotnet/TorchSharp issue 1481"],
    };

    /// <summary>Tells whether a parameter looks as torch's default initialisation leaves it, so that there is nothing to fine-tune.</summary>
    private static bool IsFresh(ParameterDescription parameter) => parameter.Role switch
    {
        ParameterRole.Weight when parameter.FanIn is { } fanIn && parameter.Count >= 32 =>
            parameter.InitialAbsoluteMaximum * Math.Sqrt(fanIn) <= 1.0001 && Math.Abs((parameter.InitialStandardDeviation * Math.Sqrt(3 * fanIn)) - 1) < 0.15,
        ParameterRole.NormalizationScale => parameter is { InitialMean: 1, InitialStandardDeviation: 0 },
        ParameterRole.NormalizationShift => parameter.InitialAbsoluteMaximum == 0,
        ParameterRole.Bias => true,
        _ => false,
    };

    /// <summary>A parameter that moved is held by another optimizer.</summary>
    private static bool Moved(StructureView view, ParameterDescription parameter) => view.Facts.Of(Metric.UpdateRatio, parameter.Name) is { Maximum: > 0 };

    /// <summary>An optimizer that remembers its steps remembers one from the first on.</summary>
    private Symptom? IdleOptimizer(RunFacts facts) =>
        facts.Of(Metric.OptimizerIdle) is not { Minimum: 1 } looks || looks.Count < Options.MinimumSteps || !facts.All(Metric.UpdateRatio).Any(item => item.Summary.Maximum > 0) ? null : new Symptom
        {
            Severity = TaskProfile.IsMeasuredByLoss(facts.Run.Task) ? Severity.Warning : Severity.Info,
            Confidence = 0.9,
            Variant = Idle,
            FirstStep = looks.FirstStep,
            LastStep = looks.LastStep,
            Evidence = [new Evidence("steps_without_state", null, looks.LastStep, looks.Count, Options.MinimumSteps, ">=")],
        };

    private bool NeverMoved(StructureView view, ParameterDescription parameter) =>
        view.Facts.Of(Metric.UpdateRatio, parameter.Name) is { Maximum: 0 } ratio && ratio.Count >= Options.MinimumSteps;

    private IEnumerable<Symptom> InspectOptimizer(StructureView view)
    {
        var trainable = view.Model.Parameters.Where(parameter => parameter is { IsTrainable: true, IsInOptimizer: not null }).ToList();
        var copies = ModelFacts.UntrainedCopies(view.Facts);
        var missing = trainable.Where(parameter => parameter.IsInOptimizer == false && !Moved(view, parameter) && !copies.Contains(parameter.Name)).ToList();
        if (missing.Count == 0)
        {
            yield break;
        }

        bool othersTrain = !TaskProfile.IsMeasuredByLoss(view.Run.Task);
        bool none = trainable.TrueForAll(parameter => parameter.IsInOptimizer == false);
        bool isPrefix = !none && trainable.Take(missing.Count).SequenceEqual(missing) && !missing.TrueForAll(IsFresh);
        string variant = none ? Foreign : isPrefix ? Body : NotHeld;

        // Without measurements a second optimizer cannot be excluded; parameters that stood still for steps exclude it.
        bool isProven = missing.TrueForAll(parameter => NeverMoved(view, parameter));
        if (view.Moment == StructureMoment.FirstStep || (none && missing.Count < trainable.Count))
        {
            yield break;
        }

        var severity = isPrefix || (othersTrain && !none) ? Severity.Info : none ? Severity.Error : Severity.Warning;
        yield return new Symptom
        {
            Severity = severity,
            Confidence = isProven ? 0.97 : severity == Severity.Info ? 0.4 : 0.85,
            Variant = variant,
            Layers = [.. missing.Select(parameter => parameter.LayerPath.Length > 0 ? parameter.LayerPath : parameter.Name).Distinct()],
            Evidence = [new Evidence("parameters_outside_optimizer", missing[0].Name, null, missing.Count, 0, ">")],
        };
    }
}

/// <summary>Thresholds of <see cref="UnregisteredParameters"/>.</summary>
public sealed class UnregisteredParametersOptions
{
    /// <summary>Gets or sets after how many measured steps without any change nobody else can be training a parameter.</summary>
    /// <value>The default is 10; at least 1.</value>
    [Range(1, int.MaxValue)]
    public int MinimumSteps { get; set; } = 10;
}
