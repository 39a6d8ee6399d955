using System.Globalization;
using TrainingDoctor.Names;

namespace TrainingDoctor.Readers.Printed;

/// <summary>Finds the columns that the cells of a printed row belong to.</summary>
internal static class TableRows
{
    /// <summary>Finds the column of each cell where there are as many, or one more: an index before or a remark behind them.</summary>
    public static TextColumn[]? Fit(TextColumn[] columns, List<TextCell> cells, bool isBarred)
    {
        if (columns.Length == 0 || cells.Count < 2)
        {
            return null;
        }

        TextColumn[]? fitting = null;
        if (cells.Count == columns.Length)
        {
            fitting = columns;
        }
        else if (cells.Count == columns.Length + 1)
        {
            // R and pandas print the index left of all names.
            bool isIndexed = long.TryParse(cells[0].Text, NumberStyles.None, CultureInfo.InvariantCulture, out _) && (cells[0].End <= columns[0].Start || !Array.Exists(columns, column => column.Role.Kind == RoleKind.Epoch));
            fitting = isIndexed && TextCells.TryCount(cells[^1].Text, out _, out _) ? [TextColumn.IndexOf(columns), .. columns] : TextCells.TryCount(cells[^1].Text, out _, out _) ? null : [.. columns, TextColumn.None];
        }

        return fitting is not null && IsRow(fitting, cells, isBarred) ? fitting : null;
    }

    /// <summary>Finds the column of each cell by where it stands: under its name, or, as an index, before all of them. Several cells under one name, as of a date and a time, are words.</summary>
    public static TextColumn[]? ByPlace(TextColumn[] columns, List<TextCell> cells)
    {
        var placed = new TextColumn[cells.Count];
        for (int i = 0; i < cells.Count; i++)
        {
            int best = -1;
            int overlap = 0;
            for (int column = 0; column < columns.Length; column++)
            {
                int common = Math.Min(cells[i].End, columns[column].End) - Math.Max(cells[i].Start, columns[column].Start);
                (best, overlap) = common > overlap ? (column, common) : (best, overlap);
            }

            bool isIndex = best < 0 && i == 0 && cells[i].End <= columns[0].Start;
            int ending = best < 0 && !isIndex ? Array.FindIndex(columns, column => column.Start >= cells[i].End) : -1;
            if (best < 0 && !isIndex && ending < 0)
            {
                return null;
            }

            placed[i] = isIndex ? TextColumn.None : columns[best < 0 ? ending : best];
        }

        for (int i = 1; i < placed.Length; i++)
        {
            if (placed[i] == placed[i - 1] || (i > 1 && placed[i - 1] == TextColumn.None && placed[i - 2] == placed[i]))
            {
                if (placed[i].Role.Kind != RoleKind.None)
                {
                    return null;
                }

                placed[i - 1] = TextColumn.None;
            }
        }

        return placed;
    }

    /// <summary>Tells whether cells are numbers where their columns need them, and at least one measures something.</summary>
    public static bool IsRow(TextColumn[] columns, List<TextCell> cells, bool isBarred)
    {
        bool hasMetric = false;
        for (int i = 0; i < columns.Length; i++)
        {
            bool isNumber = TextCells.TryCount(cells[i].Text, out _, out var planned);
            if (planned is not null && columns[i].Role.Kind is RoleKind.None && columns[i].Name.Length > 0)
            {
                // "3/100" counts, and stands below the name of what it counts.
                return false;
            }

            if (!isNumber && !TextCells.IsAbsent(cells[i].Text) && (columns[i].Role.Kind != RoleKind.None || (i == 0 && cells[i].Text != "all" && !isBarred)))
            {
                return false;
            }

            hasMetric |= isNumber && columns[i].Role.Kind == RoleKind.Metric;
        }

        return hasMetric;
    }
}
