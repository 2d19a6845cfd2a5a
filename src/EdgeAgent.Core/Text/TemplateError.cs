namespace EdgeAgent.Core.Text;

/// <summary>What is wrong with a template.</summary>
/// <param name="Column">Where, counted from 1.</param>
/// <param name="Message">What was seen and what to write instead; one sentence.</param>
public readonly record struct TemplateError(int Column, string Message);
