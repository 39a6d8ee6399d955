namespace TrainingDoctor.Reports.Html;

/// <summary>The foot of the page: where the numbers come from.</summary>
internal static class RunSection
{
    public static void Write(HtmlContext context)
    {
        var (html, report) = (context.Html, context.Report);
        html.Write($"<footer><h2>{context.Say($"About this run")}</h2><dl>\n");
        Row(context, context.Say($"Source"), report.Run.Source);
        Row(context, context.Say($"Path"), report.Run.Path);
        Row(context, context.Say($"Started"), report.Run.StartedAt);
        Row(context, context.Say($"Task"), report.Run.Task is { } task ? KebabCase.Of(task) : null);
        Row(context, context.Say($"Model"), report.Model?.Type);
        Row(context, context.Say($"Loss function"), report.Model?.Loss);
        Row(context, context.Say($"Optimizer"), report.Model?.Optimizer);
        if (report.Coverage is { } coverage)
        {
            Row(context, context.Say($"Layers seen"), context.Say($"{coverage.Fired} of {coverage.Registered}"));
        }

        html.Write($"</dl>\n");
        if (report.Coverage is { Silent.Count: > 0 } unseen)
        {
            html.Write($"<details><summary>{context.Say($"Layers that never reported")}</summary><p>{string.Join(", ", unseen.Silent)}</p></details>\n");
        }

        if (report.Log is { } log)
        {
            if (log.Mapped.Count > 0)
            {
                html.Write($"<details><summary>{context.Say($"Columns that were used")}</summary><p>{string.Join(", ", log.Mapped.Select(column => $"{column.Key} → {column.Value}"))}</p></details>\n");
            }

            if (log.Unmapped.Count > 0)
            {
                html.Write($"<details><summary>{context.Say($"Columns that no rule could use")}</summary><p>{string.Join(", ", log.Unmapped)}</p></details>\n");
            }

            foreach (string note in log.Notes ?? [])
            {
                html.Write($"<p class=\"note\">{note}</p>\n");
            }

            foreach (var damage in log.Damage.Take(50))
            {
                html.Write($"<p class=\"note\">{damage.Location}: {damage.Problem}</p>\n");
            }
        }

        html.Write($"<p class=\"made\">Training Doctor {report.Tool.Version}</p></footer>\n");
    }

    private static void Row(HtmlContext context, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            context.Html.Write($"<div><dt>{name}</dt><dd>{value}</dd></div>\n");
        }
    }
}
