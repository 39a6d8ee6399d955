using System.Text;
using Microsoft.Extensions.Configuration;
using TrainingDoctor.Configuration;
using TrainingDoctor.Rules.Activations;

namespace TrainingDoctor.Tests.Configuration;

public sealed class RuleConfigurationTests
{
    [Fact]
    public void NothingConfiguredIsTheDefault()
    {
        var rules = Bind("{}").Rules;

        Assert.Equal(RuleCatalog.All.Select(entry => entry.Descriptor.Id), rules.Select(rule => rule.Rule.Descriptor.Id));
        Assert.All(rules, rule => Assert.Null(rule.OffReason));
    }

    [Fact]
    public void BindsSeverityAndOptions()
    {
        var rule = DeadUnitsOf("""{ "dead-units": { "severity": "info", "options": { "Patience": 7, "maximumDeadFraction": 0.25 } } }""");

        var options = Assert.IsType<DeadUnits>(rule.Rule).Options;
        Assert.Equal((Severity.Info, 7, 0.25), (rule.Severity, options.Patience, options.MaximumDeadFraction));
    }

    [Theory]
    [InlineData("""{ "TD3001": "off" }""", "switched off by configuration")]
    [InlineData("""{ "td3001": { "off": true, "reason": "sparse on purpose" } }""", "sparse on purpose")]
    public void SwitchesOffWithAReason(string json, string reason) => Assert.Equal(reason, DeadUnitsOf(json).OffReason);

    [Fact]
    public void LayersInheritTheRulesOptions()
    {
        var rule = DeadUnitsOf(
            """{ "dead-units": { "options": { "Patience": 7 }, "layers": { "gate.*": { "options": { "MaximumDeadFraction": 0.9 } }, "head": "off" } } }""");

        var options = Assert.IsType<DeadUnits>(rule.For("gate.relu")!.Rule).Options;
        Assert.Equal((7, 0.9), (options.Patience, options.MaximumDeadFraction));
        Assert.NotNull(rule.For("head")!.OffReason);
        Assert.Null(rule.For("body"));
    }

    [Theory]
    [InlineData("""{ "dead-unit": "off" }""", "dead-units")]
    [InlineData("""{ "dead-units": { "sevrity": "info" } }""", "severity")]
    [InlineData("""{ "dead-units": { "severity": "fatal" } }""", "error")]
    [InlineData("""{ "dead-units": { "options": { "Patiense": 1 } } }""", "Patience")]
    [InlineData("""{ "dead-units": { "options": { "Patience": "many" } } }""", "many")]
    [InlineData("""{ "dead-units": { "options": { "MaximumDeadFraction": 1.5 } } }""", "1.5")]
    [InlineData("""{ "dead-units": { "options": { "Patience": "many" } } }""", "a whole number")]
    [InlineData("""{ "dead-units": { "options": 7 } }""", "no object")]
    [InlineData("""{ "dead-units": { "layers": "fc*" } }""", "no object")]
    [InlineData("""{ "dead-units": { "layers": { "fc*": { "options": 7 } } } }""", "no object")]
    [InlineData("""{ "dead-units": { "layers": { "fc*": { "of": true } } } }""", "'off'")]
    [InlineData("""{ "dead-units": { "off": "maybe" } }""", "maybe")]
    [InlineData("""{ "dead-units": "info", "TD3001": "off" }""", "twice")]
    public void NamesTheKeyAndWhatWasExpected(string json, string expected)
    {
        var exception = Assert.Throws<RuleConfigurationException>(() => Bind(json));

        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
        Assert.Contains("rules:", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AWordInThePlaceOfTheRulesIsAnError() =>
        Assert.Contains("no object", Assert.Throws<RuleConfigurationException>(() => Bind("\"off\"")).Message, StringComparison.Ordinal);

    private static ConfiguredRule DeadUnitsOf(string json) => Bind(json).Rules.Single(rule => rule.Rule.Descriptor.Id == "TD3001");

    private static RuleSet Bind(string json)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes($$"""{ "rules": {{json}} }"""));
        return RuleConfiguration.Bind(new ConfigurationBuilder().AddJsonStream(stream).Build().GetSection(RuleConfiguration.SectionName));
    }
}
