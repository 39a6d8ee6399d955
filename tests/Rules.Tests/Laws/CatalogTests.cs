using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using TrainingDoctor.Rules.Findings;
using TrainingDoctor.Tests.Examples;

namespace TrainingDoctor.Tests.Laws;

/// <summary>What holds for every rule of the catalogue.</summary>
public sealed partial class CatalogTests
{
    /// <summary>The contract's catalogue: IDs and names that are never reused and never renamed.</summary>
    private static readonly Dictionary<string, string> Contract = new()
    {
        ["TD0001"] = "rule-failed",
        ["TD0002"] = "layer-not-observed",
        ["TD0003"] = "damaged-log",
        ["TD1001"] = "non-finite-input",
        ["TD1002"] = "unscaled-input",
        ["TD1003"] = "constant-input",
        ["TD1004"] = "class-imbalance",
        ["TD1005"] = "unshuffled-data",
        ["TD1006"] = "invalid-target",
        ["TD1007"] = "unscaled-target",
        ["TD1008"] = "ignored-targets",
        ["TD1009"] = "copied-target",
        ["TD1010"] = "shifted-target",
        ["TD1011"] = "padding-in-loss",
        ["TD1012"] = "absent-target-class",
        ["TD1013"] = "repeated-samples",
        ["TD1014"] = "dominant-lookup",
        ["TD2001"] = "vanishing-gradient",
        ["TD2002"] = "exploding-gradient",
        ["TD2003"] = "non-finite-gradient",
        ["TD2004"] = "missing-gradient",
        ["TD2005"] = "accumulating-gradient",
        ["TD3001"] = "dead-units",
        ["TD3002"] = "saturated-activation",
        ["TD3003"] = "skewed-activation",
        ["TD3004"] = "collapsed-activation",
        ["TD3005"] = "non-finite-activation",
        ["TD3006"] = "exploding-activation",
        ["TD4001"] = "non-finite-loss",
        ["TD4002"] = "stalled-loss",
        ["TD4003"] = "diverging-loss",
        ["TD4004"] = "oscillating-loss",
        ["TD4005"] = "plateaued-loss",
        ["TD4006"] = "loss-spike",
        ["TD4007"] = "slow-convergence",
        ["TD4008"] = "implausible-loss",
        ["TD4009"] = "vanished-loss",
        ["TD5001"] = "oversized-update",
        ["TD5002"] = "undersized-update",
        ["TD5003"] = "unchanged-weights",
        ["TD5004"] = "non-finite-weights",
        ["TD5005"] = "exploding-weights",
        ["TD5006"] = "degenerate-learning-rate",
        ["TD5007"] = "symmetric-units",
        ["TD5008"] = "poor-initialization",
        ["TD5009"] = "dominant-regularization",
        ["TD5010"] = "extreme-optimizer-setting",
        ["TD6001"] = "overfitting",
        ["TD6002"] = "underfitting",
        ["TD6003"] = "suspicious-validation",
        ["TD6004"] = "overtraining",
        ["TD6005"] = "noisy-validation",
        ["TD6006"] = "wrong-mode",
        ["TD6007"] = "mismatched-validation-data",
        ["TD6008"] = "validation-at-chance",
        ["TD6009"] = "untrained-validation-weights",
        ["TD6010"] = "unsettled-statistics",
        ["TD6011"] = "contradictory-score",
        ["TD6012"] = "reversed-objective",
        ["TD6013"] = "mismatched-classes",
        ["TD6014"] = "mismatched-validation-output",
        ["TD7001"] = "output-loss-mismatch",
        ["TD7002"] = "missing-nonlinearity",
        ["TD7003"] = "initialization-mismatch",
        ["TD7004"] = "unregistered-parameters",
        ["TD7005"] = "deep-saturating-stack",
        ["TD7006"] = "redundant-normalization",
        ["TD7007"] = "batch-norm-tiny-batch",
        ["TD7008"] = "misplaced-dropout",
        ["TD7009"] = "sum-reduced-loss",
        ["TD7010"] = "misplaced-softmax",
        ["TD7011"] = "swapped-axes",
        ["TD7012"] = "posterior-collapse",
        ["TD7013"] = "collapsed-embedding",
        ["TD7014"] = "idle-heads",
        ["TD7016"] = "mixed-samples",
        ["TD7017"] = "visible-answer",
        ["TD7018"] = "unlearnable-batch",
        ["TD7019"] = "misfit-part",
        ["TD7020"] = "inverted-padding-mask",
        ["TD8001"] = "rank-divergence",
        ["TD8002"] = "straggling-rank",
        ["TD8501"] = "data-starved",
        ["TD8502"] = "growing-memory",
        ["TD8503"] = "slowing-steps",
        ["TD8521"] = "outside-learnt-normality",
        ["TD9001"] = "reward-stagnation",
        ["TD9002"] = "reward-collapse",
        ["TD9003"] = "policy-drift",
        ["TD9004"] = "entropy-collapse",
        ["TD9005"] = "no-advantage-signal",
        ["TD9006"] = "reward-hacking",
        ["TD9007"] = "response-length-drift",
        ["TD9008"] = "clipped-updates",
        ["TD9009"] = "value-function-failure",
        ["TD9010"] = "likelihood-displacement",
        ["TD9011"] = "preference-saturation",
        ["TD9012"] = "adversarial-imbalance",
        ["TD9013"] = "mode-collapse",
        ["TD9014"] = "representation-collapse",
        ["TD9015"] = "expert-imbalance",
        ["TD9016"] = "skipped-steps",
    };

    /// <summary>Names say what was seen, not what to do about it.</summary>
    private static readonly string[] Imperatives = ["use-", "avoid-", "do-not-", "prefer-", "add-", "remove-", "check-", "should-", "must-"];

    public static TheoryData<string> Rules => [.. RuleCatalog.All.Select(entry => entry.Descriptor.Id)];

    [Theory]
    [InlineData("A book of my own", "A book of my own")]
    [InlineData("A page, https://example.org/a", "A page, https://example.org/a")]
    [InlineData("PyTorch documentation: LSTM, batch_first", "PyTorch documentation: LSTM, batch_first, https://docs.pytorch.org/docs/stable/generated/torch.nn.LSTM.html")]
    [InlineData("TorchSharp issues 1203 and 1059", "TorchSharp issues 1203 and 1059, https://github.com/dotnet/TorchSharp/issues/1203")]
    [InlineData("Pal et al. 2024, Smaug: DPO-Positive, arXiv 2402.13228", "Pal et al. 2024, Smaug: DPO-Positive, arXiv 2402.13228, https://arxiv.org/abs/2402.13228")]
    public void ASourceGetsTheAddressThatIsKnownOfIt(string source, string expected) => Assert.Equal([expected], SourceLinks.Complete([source]));

    /// <summary>Whoever doubts a rule finds what it stands on.</summary>
    [Fact]
    public void EverySourceCanBeFound() => Assert.All(
        RuleCatalog.All.SelectMany(entry => entry.Descriptor.Sources.Select(source => $"{entry.Descriptor.Id}: {source}")),
        source => Assert.True(source.Contains("https://", StringComparison.Ordinal) || SourceLinks.IsOwn(source[(source.IndexOf(' ', StringComparison.Ordinal) + 1)..]), source));

    [Fact]
    public void HoldsWhatTheContractLists()
    {
        var listed = RuleCatalog.All.ToDictionary(entry => entry.Descriptor.Id, entry => entry.Descriptor.Name);

        Assert.Equal(Contract.OrderBy(rule => rule.Key, StringComparer.Ordinal), listed.OrderBy(rule => rule.Key, StringComparer.Ordinal));
    }

    [Fact]
    public void IsInTheOrderOfIdsAndNamesEachRuleOnce()
    {
        var ids = RuleCatalog.All.Select(entry => entry.Descriptor.Id).ToList();

        Assert.Equal(ids.Order(StringComparer.Ordinal), ids);
        Assert.Equal(ids.Count, ids.Distinct().Count());
        Assert.Equal(ids.Count, RuleCatalog.All.Select(entry => entry.Descriptor.Name).Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void HasACompleteDescriptor(string id)
    {
        var entry = RuleCatalog.Find(id)!;
        var rule = entry.Descriptor;

        Assert.Matches(Id(), rule.Id);
        Assert.Equal(Enum.GetValues<RuleCategory>().OrderDescending().First(category => rule.Id[2..].StartsWith(((int)category).ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)), rule.Category);
        Assert.Matches(Kebab(), rule.Name);
        Assert.DoesNotContain(Imperatives, prefix => rule.Name.StartsWith(prefix, StringComparison.Ordinal));
        Assert.All(new[] { rule.Summary, rule.Explanation, rule.Why }, text => Assert.EndsWith(".", text.ToString(), StringComparison.Ordinal));
        Assert.NotEmpty(rule.Remedies);
        Assert.NotEmpty(rule.Sources);
        Assert.True(rule.Category == RuleCategory.Diagnosis || rule.Severity == Severity.Info || rule.Causes.Count > 0, "a rule names at least one cause");
        Assert.Equal(rule.Causes.Count, rule.Causes.Distinct().Count());
        Assert.Equal(rule.Inputs.Count, rule.Inputs.Distinct().Count());
        Assert.Subset(rule.Inputs.ToHashSet(), rule.RequiredInputs.ToHashSet());
        Assert.Same(rule, entry.CreateDefault().Descriptor);
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void HasBoundedOptionsWithValidDefaults(string id)
    {
        var entry = RuleCatalog.Find(id)!;
        object defaults = Activator.CreateInstance(entry.OptionsType)!;
        foreach (var property in entry.OptionsType.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            if (type.IsPrimitive && type != typeof(bool))
            {
                Assert.True(property.GetCustomAttribute<RangeAttribute>() is not null, $"{entry.OptionsType.Name}.{property.Name} has no [Range]");
            }
        }

        Validator.ValidateObject(defaults, new ValidationContext(defaults), validateAllProperties: true);
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void ExplainsWhereEachDefaultComesFrom(string id)
    {
        var options = Documentation.OptionDescription.Of(RuleCatalog.Find(id)!.OptionsType);

        Assert.All(options, option =>
        {
            Assert.False(string.IsNullOrWhiteSpace(option.Meaning), $"{option.Name} has no summary");
            Assert.Contains("default is", option.Origin ?? string.Empty, StringComparison.Ordinal);
        });
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void DiagnosesItsIllExampleInFull(string id)
    {
        if (!Examples.RuleExamples.All.TryGetValue(id, out var example))
        {
            return;
        }

        var finding = RuleVerifier.Run(example.CreateRule(), example.Ill, example.IllRun).First(found => found.Rule.Id == id);

        Assert.InRange(finding.Causes.Sum(cause => cause.Likelihood), 0, 1.0001);
        Assert.All(finding.Causes, cause => Assert.Contains(cause.Cause, finding.Rule.Causes));
        Assert.Equal(finding.Causes.Count, finding.Causes.Select(cause => cause.Cause).Distinct().Count());
        Assert.NotEmpty(finding.Evidence);
        Assert.True(finding.Severity <= finding.Rule.Severity);
        Assert.InRange(finding.Confidence, 0, 1);
        Assert.NotEmpty(finding.Remedies);
        Assert.All(finding.Remedies, remedy =>
        {
            Assert.NotEmpty(remedy.Title.ToString());
            Assert.EndsWith(".", remedy.Rationale.ToString(), StringComparison.Ordinal);
            Assert.True(remedy.Sources.Count > 0 || finding.Rule.Sources.Count > 0, "a remedy rests on a source, its own or its rule's");
        });
        Assert.All(finding.Remedies, remedy => Assert.DoesNotMatch(UnknownNumber(), remedy.Title.ToString()));
    }

    [GeneratedRegex("^TD[0-9]{4}$")]
    private static partial Regex Id();

    [GeneratedRegex("(to|now|by|than) NaN")]
    private static partial Regex UnknownNumber();

    [GeneratedRegex("^[a-z]+(-[a-z]+)*$")]
    private static partial Regex Kebab();
}
