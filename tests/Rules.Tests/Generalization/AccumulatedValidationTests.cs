using TrainingDoctor.Rules.Generalization;
using TrainingDoctor.Tests.Families;

namespace TrainingDoctor.Tests.Generalization;

/// <summary>TD6003 on a validation loss that is summed up over all validations, beside those that rise for reasons of their own.</summary>
public sealed class AccumulatedValidationTests
{
    private const int Epochs = 10;
    private const int StepsPerEpoch = 30;

    /// <summary>Training losses by the epoch, and how much a validation costs then.</summary>
    public static TheoryData<string, Func<double, double>, Func<double, double>> Kinds => new()
    {
        { "validates as it trains", epoch => 0.1 + (1.6 * Math.Exp(-epoch)), epoch => 0.1 + (1.6 * Math.Exp(-epoch)) },
        { "validates a little worse", epoch => 0.2 + (2 * Math.Exp(-epoch / 3)), epoch => 0.3 + (2 * Math.Exp(-epoch / 3)) },
        { "sums over the batches of a validation too", epoch => 0.5 + Math.Exp(-epoch / 2), epoch => 20 * (0.5 + Math.Exp(-epoch / 2)) },
    };

    public static TheoryData<string, Func<double, double>, Func<double, double>> Others => new()
    {
        { "falls", epoch => Math.Exp(-epoch / 3), epoch => 0.1 + Math.Exp(-epoch / 3) },
        { "overfits from the third epoch on", epoch => 2 * Math.Exp(-epoch / 2), epoch => 1 + Math.Abs(epoch - 3) },
        { "overfits from the first epoch on", epoch => 2 * Math.Exp(-epoch / 2), epoch => 1 + (0.1 * epoch) },
        { "overfits ever faster", epoch => 2 * Math.Exp(-epoch / 2), epoch => 0.5 * Math.Exp(epoch / 2) },
        { "diverges", epoch => Math.Exp(epoch / 2), epoch => Math.Exp(epoch / 2) },
        { "stands still", _ => 0.7, _ => 0.7 },
        { "is below nothing", epoch => 1 - epoch, epoch => 1 - epoch },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void ASumOfAllValidationsIsToldAsSuch(string kind, Func<double, double> training, Func<double, double> validation)
    {
        double sum = 0;
        var findings = Judge(RuleSet.Default.Rules.Select(configured => configured.Rule), training, epoch => sum += validation(epoch), Epochs);

        var finding = findings.First(found => found.Severity >= Severity.Warning);
        Assert.True(finding.Rule.Id == "TD6003" && finding.Title.ToString() == "The validation loss is never set back to zero", $"{kind}: {finding}");
        Assert.Equal(Cause.WrongLoss, finding.Causes[0].Cause);
        Assert.All(findings.Where(found => found.Rule.Id is "TD6001" or "TD6004"), found => Assert.NotNull(found.ConsequenceOf));
    }

    [Theory]
    [MemberData(nameof(Others))]
    public void WhatRisesOtherwiseIsNoSum(string kind, Func<double, double> training, Func<double, double> validation) =>
        Assert.True(Judge([new SuspiciousValidation(new())], training, validation, Epochs).All(found => !found.Title.ToString().Contains("set back", StringComparison.Ordinal)), kind);

    [Theory]
    [InlineData(3, false)]
    [InlineData(4, true)]
    public void ThreeValidationsMayRiseByChance(int epochs, bool told)
    {
        double sum = 0;
        var findings = Judge([new SuspiciousValidation(new())], epoch => Math.Exp(-epoch / 3), epoch => sum += Math.Exp(-epoch / 3), epochs);

        Assert.Equal(told, findings.Any(found => found.Title.ToString().Contains("set back", StringComparison.Ordinal)));
    }

    private static IReadOnlyList<Finding> Judge(IEnumerable<Rule> rules, Func<double, double> training, Func<double, double> validation, int epochs)
    {
        var dice = new Dice(17);
        var losses = Trace.Of(Metric.Loss, Enumerable.Range(0, epochs * StepsPerEpoch).Select(step => training(step / (double)StepsPerEpoch) * Math.Exp(0.05 * dice.Normal())));
        double[] validations = [.. Enumerable.Range(1, epochs).Select(epoch => validation(epoch) * Math.Exp(0.01 * dice.Normal()))];
        return RuleVerifier.Diagnose(rules, losses.And(Trace.Of(Metric.ValidationLoss, validations).Every(StepsPerEpoch).From(StepsPerEpoch - 1))).Findings;
    }
}
