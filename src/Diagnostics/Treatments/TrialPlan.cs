using System.Reflection;
using Newtonsoft.Json;
using Newtonsoft.Json.Serialization;
using TrainingDoctor.Parsing;
using TrainingDoctor.Reports;

namespace TrainingDoctor.Treatments;

/// <summary>What a trial asks of the monitor that attaches to it: the file that <c>TRAINDOCTOR_TRIAL</c> names.</summary>
internal sealed record TrialPlan
{
    /// <summary>The version of the form.</summary>
    public const int CurrentVersion = 1;

    private static readonly JsonSerializerSettings Settings = new(ReportJson.Settings) { ContractResolver = new PlanResolver() };

    /// <summary>Gets the version of the form: 1.</summary>
    public required int Version { get; init; }

    /// <summary>Gets the trial's name; null for none.</summary>
    public string? Trial { get; init; }

    /// <summary>Gets the seed that torch is given when the monitor attaches; null to leave it as the program set it.</summary>
    public long? Seed { get; init; }

    /// <summary>Gets the changes, as reports write them.</summary>
    public required IReadOnlyList<RemedyAction> Actions { get; init; }

    /// <summary>Gets a value indicating whether changes that have no place are left out without failing the trial. Whoever planned the trial judges by the answer; the monitor does the same either way.</summary>
    public bool Tolerant { get; init; }

    /// <summary>Reads a plan.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="TrialPlanException">It cannot be read, or is no plan of this version.</exception>
    public static TrialPlan Read(string path)
    {
        string text;
        try
        {
            text = File.ReadAllText(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new TrialPlanException($"TRAINDOCTOR_TRIAL: '{path}' cannot be read: {exception.Message}", exception);
        }

        try
        {
            var plan = JsonConvert.DeserializeObject<TrialPlan>(text, Settings) ?? throw new TrialPlanException($"TRAINDOCTOR_TRIAL: '{path}' is empty; expected the plan of a trial.");
            return plan.Version != CurrentVersion
                ? throw new TrialPlanException($"TRAINDOCTOR_TRIAL: '{path}' has version {plan.Version}; this monitor reads version {CurrentVersion}.")
                : plan.Actions.Any(action => action is null)
                ? throw new TrialPlanException($"TRAINDOCTOR_TRIAL: '{path}': an action is null; expected an object with a kind.")
                : plan;
        }
        catch (JsonException exception)
        {
            throw new TrialPlanException($"TRAINDOCTOR_TRIAL: '{path}' is no plan of a trial: {JsonFault.Describe(exception)}.", exception);
        }
    }

    /// <summary>What a report leaves out may be written as null by others.</summary>
    private sealed class PlanResolver : DefaultContractResolver
    {
        public PlanResolver() => NamingStrategy = new CamelCaseNamingStrategy();

        protected override JsonProperty CreateProperty(MemberInfo member, MemberSerialization memberSerialization)
        {
            var property = base.CreateProperty(member, memberSerialization);
            property.Required = member.GetCustomAttribute<System.Runtime.CompilerServices.RequiredMemberAttribute>() is null ? Required.Default : Required.Always;
            return property;
        }
    }
}

/// <summary>The plan of a trial cannot be read; the message names file and fault.</summary>
/// <param name="message">What was expected.</param>
/// <param name="innerException">What failed; null for nothing else.</param>
internal sealed class TrialPlanException(string message, Exception? innerException = null) : Exception(message, innerException);
