using System.Globalization;
using Microsoft.Extensions.Configuration;
using TrainingDoctor.Configuration;
using TrainingDoctor.Normality;

namespace TrainingDoctor.Hosting;

/// <summary>What configuration can say of a monitor.</summary>
/// <remarks>
/// <code>
/// "trainingDoctor": {
///   "recordTo": "runs/model.jsonl", "recordFormat": "json-lines", "recordLimit": 1073741824, "task": "regression", "maxOverhead": 0.02, "seesForwardCalls": true, "measuresActivationGradients": false, "normal": "normal.json",
///   "sampling": { "denseSteps": 100, "interval": 10, "alarmedSteps": 100, "keepsBudget": true },
///   "rules": { "skewed-activation": "off" }
/// }
/// </code>
/// An unknown key is an error that names the nearest known one.
/// </remarks>
internal sealed class MonitorSettings
{
    private static readonly Dictionary<string, Action<TrainingMonitorOptions, IConfigurationSection>> Readers = new(StringComparer.OrdinalIgnoreCase)
    {
        ["name"] = (options, section) => options.Name = section.Value,
        ["task"] = (options, section) => options.Task = Word<TrainingTask>(section),
        ["recordTo"] = (options, section) => options.RecordTo = section.Value,
        ["recordFormat"] = (options, section) => options.RecordFormat = Word<RecordFormat>(section),
        ["recordLimit"] = (options, section) => options.RecordLimit = Number<long>(section),
        ["maxOverhead"] = (options, section) => options.MaxOverhead = Number<double>(section),
        ["seesForwardCalls"] = (options, section) => options.SeesForwardCalls = Switch(section),
        ["measuresActivationGradients"] = (options, section) => options.MeasuresActivationGradients = Switch(section),
        ["sampling"] = (options, section) => options.Sampling = Sampling(section, options.Sampling),
        ["normal"] = (options, section) => options.Normal = Normal(section),
        [RuleConfiguration.SectionName] = (options, section) => options.Rules = RuleConfiguration.Bind(section),
    };

    private static readonly Dictionary<string, Func<SamplingSchedule, IConfigurationSection, SamplingSchedule>> SamplingReaders = new(StringComparer.OrdinalIgnoreCase)
    {
        ["denseSteps"] = (schedule, section) => schedule with { DenseSteps = Number<long>(section) },
        ["interval"] = (schedule, section) => schedule with { Interval = Number<long>(section) },
        ["alarmedSteps"] = (schedule, section) => schedule with { AlarmedSteps = Number<long>(section) },
        ["keepsBudget"] = (schedule, section) => schedule with { KeepsBudget = Switch(section) },
    };

    private readonly List<Action<TrainingMonitorOptions>> _settings = [];

    /// <summary>Reads settings; what is wrong with them is said at once.</summary>
    /// <param name="configuration">The section of the monitor; null for none.</param>
    /// <exception cref="RuleConfigurationException">A key is unknown, or a value is not of its kind or out of bounds.</exception>
    public MonitorSettings(IConfiguration? configuration)
    {
        foreach (var section in configuration?.GetChildren() ?? [])
        {
            var read = Readers.GetValueOrDefault(section.Key) ?? throw Unknown(section, Readers.Keys);
            _settings.Add(options => read(options, section));
        }

        var trial = new TrainingMonitorOptions();
        ApplyTo(trial);
        try
        {
            trial.Validate();
        }
        catch (ArgumentException exception)
        {
            throw new RuleConfigurationException(exception.Message);
        }
    }

    /// <summary>Sets options.</summary>
    /// <param name="options">The options.</param>
    public void ApplyTo(TrainingMonitorOptions options) => _settings.ForEach(setting => setting(options));

    private static SamplingSchedule Sampling(IConfigurationSection section, SamplingSchedule schedule) =>
        section.GetChildren().Aggregate(schedule, (result, child) => (SamplingReaders.GetValueOrDefault(child.Key) ?? throw Unknown(child, SamplingReaders.Keys))(result, child));

    private static NormalProfile? Normal(IConfigurationSection section)
    {
        try
        {
            return string.IsNullOrEmpty(section.Value) ? null : NormalProfile.Read(section.Value);
        }
        catch (Exception exception) when (exception is NormalFormatException or IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new RuleConfigurationException($"{section.Path}: {exception.Message}");
        }
    }

    private static T Number<T>(IConfigurationSection section)
        where T : struct, ISpanParsable<T> =>
        T.TryParse(section.Value, CultureInfo.InvariantCulture, out var number) ? number : throw Wrong(section, "a number");

    private static bool Switch(IConfigurationSection section) => bool.TryParse(section.Value, out bool isOn) ? isOn : throw Wrong(section, "true or false");

    private static T Word<T>(IConfigurationSection section)
        where T : struct, Enum =>
        KebabCase.TryParse(section.Value ?? string.Empty, out T value) ? value : throw Wrong(section, string.Join(", ", Enum.GetValues<T>().Select(known => KebabCase.Of(known))));

    private static RuleConfigurationException Wrong(IConfigurationSection section, string expected) => new($"{section.Path}: '{section.Value}'; expected {expected}.");

    private static RuleConfigurationException Unknown(IConfigurationSection section, IEnumerable<string> known) =>
        new($"{section.Path}: unknown key '{section.Key}'; did you mean '{NearestName.Of(section.Key, known)}'?");
}
