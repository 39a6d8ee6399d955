using System.ComponentModel;
using System.Text;
using ModelContextProtocol;
using ModelContextProtocol.Server;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using TrainingDoctor.Differences;
using TrainingDoctor.Documentation;
using TrainingDoctor.Host.Advising;
using TrainingDoctor.Host.Arguments;
using TrainingDoctor.Host.Reporting;
using TrainingDoctor.Host.Shell;
using TrainingDoctor.Readers;
using TrainingDoctor.Readers.Formats;
using TrainingDoctor.Reports;
using TrainingDoctor.Rules.Knowledge;
using TrainingDoctor.Rules.Knowledge.Frameworks;

namespace TrainingDoctor.Host.Agents;

/// <summary>What an agent may ask the doctor. Every answer is short, and what cannot be answered is said in the one line that the command line would say.</summary>
/// <param name="folders">Where logs may be read.</param>
/// <param name="rules">The rules.</param>
/// <param name="watched">The runs that are followed.</param>
internal sealed class DoctorTools(AllowedFolders folders, RuleSet rules, WatchedPlaces watched)
{
    [McpServerTool(Name = "diagnose", Title = "Diagnose a training run", ReadOnly = true, OpenWorld = false)]
    [Description("Reads the log of a neural network's training, of any framework (printed text, CSV, JSON lines, TensorBoard, Trainer state, Keras, Lightning, Ultralytics, MLflow, W&B …), and returns what went wrong, "
        + "since when, the likely causes and remedies with code in the run's framework. 'summary' is the answer in a sentence. Give either path or text.")]
    public string Diagnose(
        [Description("A log, or a folder of logs, within the allowed folders; a relative path is looked for in each of them.")] string? path = null,
        [Description("The log itself, e.g. what the training printed; instead of path.")] string? text = null,
        [Description("The log's format, where it is not recognised: csv, jsonl, text, huggingface, …")] string? format = null,
        [Description("The framework in whose words remedies are given, where the columns do not tell: huggingface, lightning, keras, pytorch, …")] string? framework = null,
        [Description("What the model is trained to do, where the columns do not tell: multiclass-classification, regression, language-modeling, …")] string? task = null,
        [Description("Return the whole report without its curves: evidence of each finding, every rule with its reason.")] bool whole = false,
        CancellationToken cancellation = default) => Answer(() =>
    {
        if (path is null == text is null)
        {
            throw new UsageException("expected either path, a log within the allowed folders, or text, the log itself.");
        }

        var options = Options(format, framework, task);
        var sources = text is null ? folders.Open(path!, options) : [LogOpener.OpenStream(new MemoryStream(Encoding.UTF8.GetBytes(text)), "text", options)];
        var reports = LogDiagnoses.Of(sources, ReportRequest.Of(rules), progress: null, cancellation).SelectMany(log => log.Reports).ToList();
        return reports.Count > 0 ? ShortReport.Of(reports, whole) : throw new UsageException("no training was found in it; expected a step or epoch and a loss, or other measurements of a training.");
    });

    [McpServerTool(Name = "explain", Title = "Explain a rule", ReadOnly = true, OpenWorld = false)]
    [Description("Returns the page of a rule as Markdown: what it measures, why, its thresholds, remedies and sources.")]
    public static string Explain([Description("The rule's ID or name, e.g. TD3001 or dead-units.")] string rule, [Description("The language of the page: en or ja.")] string language = "en") =>
        Told(() => RulePage.ToMarkdown(RuleArgument.Find(rule), ReportArguments.Language(language).Translate));

    [McpServerTool(Name = "advise", Title = "Advise on a network's design", ReadOnly = true, OpenWorld = false)]
    [Description("Says which hidden activation, initialisation, normalisation, learning rate, output function and loss go together for a network that is trained from scratch. Every parameter may be left out.")]
    public static string Advise(
        [Description("What the network is trained to do, e.g. multiclass-classification, regression.")] string? task = null,
        [Description("The kind of data, e.g. images, text, tabular.")] string? domain = null,
        [Description("The number of layers with weights, at least 1.")] string? depth = null,
        [Description("The present hidden activation, e.g. ReLU.")] string? from = null,
        [Description("The hidden activation to move to, e.g. GELU.")] string? to = null,
        [Description("The present learning rate, above 0.")] string? learningRate = null,
        [Description("What goes wrong, e.g. loss-becomes-nan.")] string? trouble = null) => Answer(() =>
    {
        var request = new AdviceWords { Task = task, Domain = domain, Depth = depth, From = from, To = to, LearningRate = learningRate, Trouble = trouble }.Read(prefix: string.Empty);
        var advice = AdviceJson.Of(request, ActivationAdvisor.Advise(request));
        advice.Remove("properties");
        return advice;
    });

    [McpServerTool(Name = "compare", Title = "Compare runs", ReadOnly = true, OpenWorld = false)]
    [Description("This run worked, that one does not: why? Returns where the one in question parts from the good ones, in causal order, what was set differently and how certain that is.")]
    public string Compare(
        [Description("Logs of runs that went well, within the allowed folders. Several tell how much seeds differ.")] string[] good,
        [Description("The log of the run in question.")] string bad,
        CancellationToken cancellation = default) => Answer(() =>
    {
        var well = good.SelectMany(path => Read(path, cancellation)).ToList();
        var ill = Read(bad, cancellation);
        if (well.Count == 0 || ill.Count != 1)
        {
            throw new UsageException($"expected at least one good run and one run in question; found {well.Count} and {ill.Count}.");
        }

        var comparison = RunComparison.Between([.. well.Select(run => run.Trace)], ill[0].Trace);
        if (comparison.SeriesCompared == 0)
        {
            throw new UsageException("the runs have no metric in common that was measured at the same time; expected logs of the same training.");
        }

        var whole = JObject.Parse(new DifferenceReport(comparison, [.. well.Select(run => run.Report)], ill[0].Report).ToJson());
        var told = new JObject { ["summary"] = whole["answer"] };
        told.Merge(whole);
        told.Remove("answer");
        return told;
    });

    [McpServerTool(Name = "list_rules", Title = "List the rules", ReadOnly = true, OpenWorld = false)]
    [Description("Returns what the doctor can find: each rule's ID, name, category, severity, summary, inputs and causes.")]
    public static string ListRules([Description("Only rules of this category, e.g. gradients, loss, structure.")] string? category = null) => Told(() =>
    {
        RuleCategory? wanted = category is null ? null : Words.Find<RuleCategory>(category) ?? throw new UsageException($"category: '{category}' is none; expected {string.Join(", ", Words.Of<RuleCategory>())}.");
        return RulesJson.Of(RuleCatalog.All.Select(entry => entry.Descriptor).Where(rule => wanted is null || rule.Category == wanted)).ToString(Formatting.None);
    });

    [McpServerTool(Name = "watch_status", Title = "Look at running trainings", ReadOnly = true, OpenWorld = false)]
    [Description("Looks at a log, or a folder of logs, that trainings are writing now: the step, loss and verdict of each run so far, and what has opened since the last look. Ask again whenever you like; only what is new is read.")]
    public string WatchStatus([Description("The log or folder, within the allowed folders.")] string path, CancellationToken cancellation = default) =>
        Answer(() => watched.Look(folders.Find(path), cancellation));

    private IReadOnlyList<ComparedRun> Read(string path, CancellationToken cancellation) =>
        [.. folders.Open(path, new LogReadOptions()).SelectMany(source => ComparedRun.ReadAll(source, rules, cancellation))];

    private static LogReadOptions Options(string? format, string? framework, string? task) => new()
    {
        Format = format is null ? LogFormat.Auto : LogArguments.Find(format) ?? throw new UsageException($"format: '{format}' is none; expected {string.Join(", ", LogArguments.Names)}."),
        Framework = framework is null ? null
            : FrameworkCatalog.Find(framework)?.Name ?? throw new UsageException($"framework: '{framework}' is none; expected {string.Join(", ", FrameworkCatalog.All.Select(known => known.Name))}."),
        Task = task is null ? null : Words.Find<TrainingTask>(task) ?? throw new UsageException($"task: '{task}' is none; expected {string.Join(", ", Words.Of<TrainingTask>())}."),
    };

    private static string Answer(Func<JObject> answer) => Told(() => answer().ToString(Formatting.Indented));

    /// <summary>What is wrong with a request is for the agent to read; what the SDK does not know it would hide.</summary>
    private static string Told(Func<string> answer)
    {
        try
        {
            return LogFault.Told(answer);
        }
        catch (Exception exception) when (exception is UsageException or IOException or UnauthorizedAccessException)
        {
            throw new McpException(UntrustedText.Line(exception.Message));
        }
    }
}
