namespace TrainingDoctor.Tests;

/// <summary>The plan of the house: its rooms from the ground up, and the arrows that are allowed. A new arrow is a line that somebody reviews.</summary>
internal static class Plan
{
    private static readonly string[] ARule = ["Rules", "Rules/Curves", "Rules/Descriptions", "Rules/Evaluation", "Rules/Findings", "Rules/Knowledge", "Rules/Measurements", "Rules/Statistics"];

    /// <summary>Gets the rooms, each below those that use it.</summary>
    public static IReadOnlyList<Room> Rooms { get; } =
    [
        new("Rules", "Words that everything else is made of: text that can be translated, names, the kinds of training."),
        new("Rules/Statistics", "Series, trends, spreads and tests in constant memory; no word of training."),
        new("Rules/Descriptions", "What is known of a run beforehand: model, layers, optimizer, loss, log, the situation.", "Rules"),
        new("Rules/Measurements", "What is measured: metrics with their units, scopes, sinks.", "Rules", "Rules/Descriptions"),
        new("Rules/Findings", "What a diagnosis says: finding, evidence, cause, remedy, severity, and what is known of a rule.", "Rules", "Rules/Descriptions", "Rules/Measurements"),
        new("Rules/Curves", "What was measured in a run so far: one description of a series that all rules share.", "Rules", "Rules/Descriptions", "Rules/Findings", "Rules/Measurements", "Rules/Statistics"),
        new("Rules/Knowledge", "What the literature knows: activations, initialisation, what a guess costs, remedies, frameworks and their words.", "Rules", "Rules/Curves", "Rules/Descriptions", "Rules/Findings", "Rules/Measurements", "Rules/Statistics"),
        new("Rules/Evaluation", "What a rule is made of: its base, context, evaluator, symptom.", "Rules", "Rules/Curves", "Rules/Descriptions", "Rules/Findings", "Rules/Knowledge", "Rules/Measurements", "Rules/Statistics"),
        new("Rules/Activations", "Rules on what layers give out.", ARule),
        new("Rules/Distribution", "Rules on several processes that train together.", ARule),
        new("Rules/Faults", "Rules on the diagnosis itself: a damaged log, a layer that was not seen, a rule that failed.", ARule),
        new("Rules/Generalization", "Rules on validation beside training.", ARule),
        new("Rules/Gradients", "Rules on gradients.", ARule),
        new("Rules/Inputs", "Rules on inputs and targets.", ARule),
        new("Rules/Loss", "Rules on the course of the loss.", ARule),
        new("Rules/Operation", "Rules on time, memory, and what good runs were like.", ARule),
        new("Rules/Optimization", "Rules on steps, learning rates and weights.", ARule),
        new("Rules/Structure", "Rules on how the model is built.", ARule),
        new("Rules/Tasks", "Rules on kinds of training with laws of their own: rewards, preferences, adversaries, experts.", ARule),
        new("Rules/Triage", "Which finding is the root, which follow, which cause is likeliest, what the run comes to.", ARule),
        new(
            "Rules/Engine",
            "The machine: the catalogue of rules, measurements handed to them, findings handed on.",
            [
                "Rules", "Rules/Curves", "Rules/Descriptions", "Rules/Evaluation", "Rules/Findings", "Rules/Measurements", "Rules/Activations", "Rules/Distribution", "Rules/Faults", "Rules/Generalization", "Rules/Gradients", "Rules/Inputs", "Rules/Loss", "Rules/Operation", "Rules/Optimization", "Rules/Structure",
                "Rules/Tasks", "Rules/Triage",
            ]),

        new("Diagnostics/Parsing", "What readers and writers share of formats: numbers, checksums, the words for faults of JSON."),
        new("Diagnostics/Configuration", "Settings of rules, and what the environment says."),
        new("Diagnostics/Models", "A model's structure read from its modules, and modules exchanged in their places."),
        new("Diagnostics/Sources", "Lines of source behind layers, from debug symbols."),
        new("Diagnostics/Names", "What the names of numbers mean: words, foreign words, the vocabularies of kinds of training."),
        new("Diagnostics/Reports", "Reports and what writes them, each format on a shelf of its own.", "Diagnostics/Configuration", "Diagnostics/Parsing"),
        new("Diagnostics/Telemetry", "The doctor's own log: its format, writer, parser, files, and the protocol that pushes it.", "Diagnostics/Names", "Diagnostics/Parsing"),
        new("Diagnostics/Readers", "Logs of others read as runs: formats, printed lines, roles of columns, runs told apart.", "Diagnostics/Names", "Diagnostics/Parsing", "Diagnostics/Telemetry"),
        new("Diagnostics/Probes", "What looks into a model at work: hooks, tensor statistics, schedules.", "Diagnostics/Models", "Diagnostics/Sources"),
        new("Diagnostics/Recording", "Measurements written for other tools: TensorBoard's event files.", "Diagnostics/Parsing", "Diagnostics/Probes", "Diagnostics/Telemetry"),
        new("Diagnostics/Programs", "What a training program is, and the loop that runs one."),
        new("Diagnostics/Changes", "Remedies as changes of a program's model, optimizer, data and steps, or of a training that a monitor is attached to.", "Diagnostics/Models", "Diagnostics/Programs"),
        new("Diagnostics/Treatments", "The plan of a trial, applied to the training that a monitor is attached to.", "Diagnostics/Changes", "Diagnostics/Configuration", "Diagnostics/Models", "Diagnostics/Parsing", "Diagnostics/Reports"),
        new("Diagnostics/Interventions", "A training treated while it runs.", "Diagnostics/Models", "Diagnostics/Reports"),
        new(
            "Diagnostics/Monitoring",
            "The monitor that users attach: it binds probes, rules, recorders and treatment together.",
            "Diagnostics/Configuration",
            "Diagnostics/Interventions",
            "Diagnostics/Models",
            "Diagnostics/Names",
            "Diagnostics/Probes",
            "Diagnostics/Readers",
            "Diagnostics/Recording",
            "Diagnostics/Reports",
            "Diagnostics/Sources",
            "Diagnostics/Telemetry",
            "Diagnostics/Treatments"),
        new("Diagnostics/Preflights", "A program looked at before it trains.", "Diagnostics/Models", "Diagnostics/Monitoring", "Diagnostics/Probes", "Diagnostics/Reports"),
        new("Diagnostics/Cures", "Remedies tried and compared, whatever runs the training.", "Diagnostics/Changes", "Diagnostics/Monitoring", "Diagnostics/Probes", "Diagnostics/Programs", "Diagnostics/Reports"),
        new("Diagnostics/Differences", "Two runs compared.", "Diagnostics/Readers", "Diagnostics/Reports", "Diagnostics/Telemetry"),
        new("Diagnostics/Snapshots", "The state of a diagnosis that goes on, as bytes that another process takes up."),
        new("Diagnostics/Normality", "What good runs are like, learnt from them.", "Diagnostics/Differences", "Diagnostics/Parsing", "Diagnostics/Reports"),
        new("Diagnostics/Hosting", "The monitor in the generic host: services, settings, factory.", "Diagnostics/Configuration", "Diagnostics/Monitoring", "Diagnostics/Normality", "Diagnostics/Probes"),
        new("Diagnostics/Documentation", "Pages about rules, made from what they say of themselves."),
        new("Diagnostics", "A diagnosis whose own faults cost nobody else anything.", "Diagnostics/Reports"),

        new("Host/Shell", "What every command shares: terminal, exit codes, usage errors, interruption."),
        new("Host/Configuration", "traindoctor.json and baselines.", "Host/Shell"),
        new("Host/Arguments", "Options of the command line and what was asked for by them.", "Host/Configuration", "Host/Shell"),
        new("Host/Advising", "The tables of advice, as text and JSON.", "Host/Shell"),
        new("Host/Reporting", "Logs diagnosed, reports written, gates judged.", "Host/Arguments", "Host/Configuration", "Host/Shell"),
        new("Host/Demo", "The demonstrations.", "Host/Shell"),
        new("Host/Processes", "Programs of others, started in sessions of their own, paused and ended.", "Host/Shell"),
        new("Host/Trials", "A command cured: its evidence, the knobs that it has, trials within a budget.", "Host/Processes", "Host/Shell"),
        new("Host/Watch", "Logs that grow, followed; findings told on.", "Host/Arguments", "Host/Processes", "Host/Reporting"),
        new("Host/Receiving", "Telemetry that runs push.", "Host/Shell", "Host/Watch"),
        new("Host/Remote", "A host followed from afar.", "Host/Shell", "Host/Watch"),
        new("Host/Live", "The live page and its protocol.", "Host/Receiving", "Host/Shell", "Host/Watch"),
        new("Host/Fleet", "Hosts that share their runs: grains, their records in PostgreSQL, and what each shows of the others'.", "Host/Arguments", "Host/Configuration", "Host/Live", "Host/Receiving", "Host/Reporting", "Host/Shell", "Host/Watch"),
        new("Host/Agents", "Tools for agents, by the Model Context Protocol.", "Host/Advising", "Host/Arguments", "Host/Live", "Host/Reporting", "Host/Shell", "Host/Watch"),
        new(
            "Host/Commands",
            "The commands, and how the host is put together; nothing knows them.",
            "Host/Advising",
            "Host/Agents",
            "Host/Arguments",
            "Host/Configuration",
            "Host/Demo",
            "Host/Fleet",
            "Host/Live",
            "Host/Processes",
            "Host/Receiving",
            "Host/Remote",
            "Host/Reporting",
            "Host/Shell",
            "Host/Trials",
            "Host/Watch"),
        new("Host", "The entry point; what compilers make of it is no type of the house, so that no arrow is read from it."),
    ];

    /// <summary>Gets what a project may use of the projects below it.</summary>
    public static IReadOnlyDictionary<(string From, string To), IReadOnlyList<string>> Between { get; } = new Dictionary<(string From, string To), IReadOnlyList<string>>
    {
        [("Diagnostics", "Rules")] =
            ["Rules", "Rules/Curves", "Rules/Descriptions", "Rules/Engine", "Rules/Evaluation", "Rules/Findings", "Rules/Knowledge", "Rules/Measurements", "Rules/Statistics", "Rules/Triage"],
        [("Host", "Rules")] = ["Rules", "Rules/Curves", "Rules/Descriptions", "Rules/Engine", "Rules/Evaluation", "Rules/Findings", "Rules/Knowledge", "Rules/Measurements", "Rules/Triage"],
        [("Host", "Diagnostics")] =
        [
            "Diagnostics", "Diagnostics/Changes", "Diagnostics/Configuration", "Diagnostics/Cures", "Diagnostics/Differences", "Diagnostics/Documentation", "Diagnostics/Monitoring", "Diagnostics/Normality",
            "Diagnostics/Programs", "Diagnostics/Readers", "Diagnostics/Reports", "Diagnostics/Snapshots", "Diagnostics/Telemetry",
        ],
    };

    /// <summary>Gets the folders of tests that follow no room, each with what it holds the house to.</summary>
    public static IReadOnlyDictionary<string, string> Beside { get; } = new Dictionary<string, string>
    {
        ["Rules/Examples"] = "An ill and a healthy run for each rule, as drawn on its page.",
        ["Rules/Families"] = "Simulated runs of many kinds of training, judged whole.",
        ["Rules/Laws"] = "What holds for every rule and every run.",
        ["Rules/Verdicts"] = "What the whole catalogue says of runs between healthy and ill, written down so that every change of it is seen.",
        ["Diagnostics/Frameworks"] = "A small ill run of each framework, and the report that its user reads.",
        ["Diagnostics/Hostile"] = "Logs and uses that nobody meant, through everything that they pass.",
        ["Diagnostics/NativeLibrary"] = "The build targets that the package brings, from `src/Diagnostics/buildTransitive`.",
        ["Host/Documents"] = "Links, commands and code in the documents.",
        ["Host/Hostile"] = "A host among bad neighbours: full disks, kills, clients that never finish.",
        ["Host/Python"] = "The recorder for PyTorch, and what the command makes of its telemetry.",
    };

    /// <summary>Gets the rooms of rules, which have one shape and know nothing of each other.</summary>
    public static IEnumerable<Room> Families => Rooms.Where(room => room.Uses == ARule && room.Name != "Rules/Triage");

    /// <summary>Tells whether a room may use another.</summary>
    /// <param name="from">The room.</param>
    /// <param name="to">What it uses.</param>
    public static bool Allows(string from, string to)
    {
        string project = from.Split('/')[0];
        string other = to.Split('/')[0];
        return project == other ? Rooms.Single(room => room.Name == from).Uses.Contains(to) : Between.TryGetValue((project, other), out var rooms) && rooms.Contains(to);
    }

    /// <summary>Tells which namespace a file must have: that of its folder. What users name may stand in the root, or in that of its room, whatever the shelf.</summary>
    /// <param name="file">The file.</param>
    public static IEnumerable<string> NamespacesOf(SourceFile file)
    {
        string[] folders = file.Path.Split('/')[1..^1];
        string root = file.Path.Split('/')[0] switch
        {
            "Rules" => "TrainingDoctor.Rules",
            "Host" => "TrainingDoctor.Host",
            _ => "TrainingDoctor",
        };
        yield return string.Join('.', [root, .. folders]);
        if (file.IsPublic || folders.Length == 0)
        {
            yield return "TrainingDoctor";
        }

        if (file.IsPublic && folders.Length > 0)
        {
            yield return $"{root}.{folders[0]}";
        }
    }
}
