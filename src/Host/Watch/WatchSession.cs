namespace TrainingDoctor.Host.Watch;

/// <summary>Looks at runs again and again, tells what is found, and knows when to stop.</summary>
/// <param name="sources">Where the runs come from.</param>
/// <param name="notices">Told of findings from <see cref="WatchOptions.NotifyAt"/> on.</param>
/// <param name="options">When to look, to tell and to stop.</param>
/// <param name="say">Takes one line for each finding.</param>
internal sealed class WatchSession(IReadOnlyList<IRunSource> sources, FindingNotices notices, WatchOptions options, Action<string> say)
{
    /// <summary>Gets a value indicating whether a finding was at or above <see cref="WatchOptions.StopWhen"/>.</summary>
    public bool IsStopped { get; private set; }

    /// <summary>Looks until something says that it is enough.</summary>
    /// <param name="looked">Called after each look.</param>
    /// <param name="cancellation">Ends the watching, as Ctrl-C does.</param>
    public async Task RunAsync(Action looked, CancellationToken cancellation)
    {
        long changed = TimeProvider.System.GetTimestamp();
        try
        {
            while (true)
            {
                foreach (var found in sources.SelectMany(source => source.Look(cancellation)))
                {
                    Tell(found);
                    if (IsStopped)
                    {
                        return;
                    }
                }

                looked();
                if (sources.Any(source => source.HasChanged))
                {
                    changed = TimeProvider.System.GetTimestamp();
                }
                else if (TimeProvider.System.GetElapsedTime(changed) >= options.Patience)
                {
                    return;
                }

                await Task.Delay(options.Interval, cancellation).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // Ctrl-C ends the watching; the report is still written.
        }
    }

    /// <summary>Reads everything to its end, and tells what only the end could tell.</summary>
    /// <returns>The reports that <c>diagnose</c> would give, source by source.</returns>
    public IReadOnlyList<DiagnosisReport> Finish()
    {
        var all = new List<DiagnosisReport>();
        foreach (var source in sources)
        {
            var (reports, found) = source.Finish();
            all.AddRange(reports);
            foreach (var finding in found)
            {
                Tell(finding);
            }
        }

        return all;
    }

    private void Tell(WatchedFinding found)
    {
        say(WatchText.Line(found));
        if (found.Finding.Severity >= options.NotifyAt)
        {
            notices.Post(found);
        }

        IsStopped |= found.Finding.Severity >= options.StopWhen;
    }
}

/// <summary>When watching looks, tells and stops.</summary>
/// <param name="Interval">The pause between two looks.</param>
/// <param name="Patience">How long nothing may change until the watching ends; null to go on for ever.</param>
/// <param name="NotifyAt">The severity from which others are told.</param>
/// <param name="StopWhen">The severity that ends the watching; null for none.</param>
internal sealed record WatchOptions(TimeSpan Interval, TimeSpan? Patience, Severity NotifyAt, Severity? StopWhen);
