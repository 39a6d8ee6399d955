using DiffPlex.Renderer;
using TrainingDoctor.Host.Processes;
using TrainingDoctor.Host.Shell;
using TrainingDoctor.Host.Trials.Evidence;
using TrainingDoctor.Host.Trials.Knobs;

namespace TrainingDoctor.Host.Trials.Running;

/// <summary>Starts trainings, each with a folder of its own: what is changed is changed in copies.</summary>
/// <param name="request">What is to be cured.</param>
internal sealed class TrialStarter(CureRequest request)
{
    private int _number = -1;

    /// <summary>Gets or sets a value indicating whether trainings run in copies of the working folder.</summary>
    public bool Copies { get; set; } = request.Copies;

    /// <summary>Gets or sets the files that the training as it is has left in the working folder.</summary>
    public IReadOnlySet<string> LeftBehind { get; set; } = new HashSet<string>();

    /// <summary>Starts a training.</summary>
    /// <param name="title">What is tried, in words.</param>
    /// <param name="treatment">How it is treated.</param>
    /// <param name="lastStep">The last step that counts for now; null for its end.</param>
    /// <exception cref="UsageException">It cannot be started, or a configuration not be changed.</exception>
    public TrialRun Start(string title, Treatment treatment, long? lastStep = null)
    {
        ArgumentNullException.ThrowIfNull(treatment);
        var folder = TrialFolder.Create(request.Folder, Interlocked.Increment(ref _number));
        string workingFolder = WorkingFolderOf(folder);
        MonitorPlan.Write(folder, treatment);
        MonitorPlan.WritePace(folder, lastStep);
        var words = request.Command.Words;
        var variables = new Dictionary<string, string>();
        foreach (var setting in treatment.Settings)
        {
            switch (setting.Knob.Target)
            {
                case WordTarget target:
                    words = target.Set(words, setting.Value);
                    break;
                case EnvironmentTarget target:
                    variables[target.Variable] = Named(target.Template.Replace("{value}", setting.Value, StringComparison.Ordinal), folder);
                    break;
            }
        }

        var patches = new Dictionary<string, string>();
        foreach (var edits in treatment.Settings.Where(setting => setting.Knob.Target is FileTarget).GroupBy(setting => ((FileTarget)setting.Knob.Target).File))
        {
            words = Edit(words, [.. edits], folder, workingFolder, patches);
        }

        words = [.. words.Select(word => Named(word, folder))];
        var environment = variables.ToDictionary(entry => entry.Key, entry => (string?)entry.Value);
        Add(environment, folder);
        var places = new EvidencePlaces(folder, workingFolder, request.Logs, DateTime.UtcNow);
        return new TrialRun
        {
            Title = title,
            Folder = folder,
            Treatment = treatment,
            Words = words,
            WorkingFolder = workingFolder,
            Variables = variables,
            Patches = patches,
            Process = TrialProcess.Start(words, workingFolder, environment, folder),
            Places = places,
            Reader = new TrialReader(places, request.Reading, request.Search.Rules),
        };
    }

    /// <summary>Makes the folder that a command runs in: a copy where it would write into the user's.</summary>
    /// <param name="folder">The trial's folder.</param>
    /// <exception cref="UsageException">It cannot be copied.</exception>
    public string WorkingFolderOf(TrialFolder folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        if (!Copies)
        {
            return request.Command.Folder;
        }

        new WorkingFolder(request.Command.Folder, request.Folder).CopyTo(folder.Copy, LeftBehind);
        return folder.Copy;
    }

    /// <summary>Has trials run in copies where the training as it is has written into its working folder: what one writes there, another would overwrite.</summary>
    /// <param name="before">The files before it.</param>
    /// <param name="after">The files after it.</param>
    /// <returns>What there is to tell; null where it has written nothing.</returns>
    /// <exception cref="UsageException">The folder is too large to be copied unasked.</exception>
    public string? KeepApart(IReadOnlyDictionary<string, (DateTime Written, long Length)> before, IReadOnlyDictionary<string, (DateTime Written, long Length)> after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        string[] written = [.. after.Where(file => !before.TryGetValue(file.Key, out var known) || known != file.Value).Select(file => file.Key).Order(StringComparer.Ordinal)];
        if (written.Length == 0 || request.Command.NamesTrial)
        {
            return null;
        }

        string told = $"the command writes into its working folder ({string.Join(", ", written.Take(3))}{(written.Length > 3 ? FormattableString.Invariant($" and {written.Length - 3} more") : string.Empty)})";
        if (after.Sum(file => file.Value.Length) > WorkingFolder.LargestUnasked)
        {
            throw new UsageException($"cure: {told}, which is too large to be copied for each trial unasked; expected {ForeignCommand.TrialWord} in the path that it writes to, or --copy.");
        }

        (Copies, LeftBehind) = (true, written.Where(file => !before.ContainsKey(file)).ToHashSet());
        return $"{told}: each trial runs in a copy of it.";
    }

    private static string Named(string text, TrialFolder folder) => text.Replace(ForeignCommand.TrialWord, folder.Name, StringComparison.Ordinal);

    private static void Add(Dictionary<string, string?> environment, TrialFolder folder)
    {
        environment["TRAINDOCTOR_RECORD"] = folder.Recording;
        environment["TRAINDOCTOR_TRIAL"] = folder.Plan;

        // Who has switched monitors off for other programs wants them here.
        environment["TRAINDOCTOR"] = environment["TRAINING_DOCTOR"] = null;

        // What Python prints would otherwise come in blocks, long after it was printed.
        environment.TryAdd("PYTHONUNBUFFERED", Environment.GetEnvironmentVariable("PYTHONUNBUFFERED") ?? "1");
    }

    /// <summary>Writes a changed copy of a configuration file, and has the command read that.</summary>
    private IReadOnlyList<string> Edit(IReadOnlyList<string> words, IReadOnlyList<KnobSetting> settings, TrialFolder folder, string workingFolder, Dictionary<string, string> patches)
    {
        string file = ((FileTarget)settings[0].Knob.Target).File;
        string original = Path.GetFullPath(file, request.Command.Folder);
        string before = File.ReadAllText(original);
        string after = settings.Aggregate(before, (text, setting) => ConfigurationEdit.Set(text, (FileTarget)setting.Knob.Target, setting.Value));
        patches[file] = UnidiffRenderer.GenerateUnidiff(before, after, $"a/{file}", $"b/{file}");
        bool isInCopy = workingFolder != request.Command.Folder && !Path.IsPathRooted(file) && !file.StartsWith("..", StringComparison.Ordinal);
        string copy = isInCopy ? Path.Combine(workingFolder, file) : Path.Combine(folder.Path, Path.GetFileName(file));
        File.WriteAllText(copy, after);
        return isInCopy ? words : [.. words.Select(word => word == file ? copy : word.EndsWith("=" + file, StringComparison.Ordinal) ? word[..^file.Length] + copy : word)];
    }
}
