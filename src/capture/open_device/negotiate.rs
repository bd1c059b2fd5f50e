//! Chooses the mode and sets the controls that serve all tracks of a device.

use super::OpenDevice;
use crate::{
    constraint::{SharedSelection, Targets, VideoConstraints, VideoSettings, select_shared},
    device::NativeMode,
    error::MediaError,
    report::CaptureReport,
};

impl OpenDevice {
    /// Carries out the changes of constraints that the tracks have requested
    /// ([applyConstraints](https://www.w3.org/TR/mediacapture-streams/#dom-constrainablepattern-applyconstraints)),
    /// each all or nothing.
    pub(super) fn change_constraints(&mut self) {
        for index in 0..self.tracks.len() {
            while let Some(constraints) =
                self.tracks.get(index).and_then(|track| track.sink.changes.try_recv().ok())
            {
                let renegotiated = self.renegotiate(index, &constraints);
                let sink = &mut self.tracks[index].sink;
                match renegotiated {
                    Ok(()) => {
                        sink.constraints = constraints.clone();
                        sink.report(CaptureReport::ConstraintsApplied(Box::new(constraints)));
                    }
                    Err(error) => {
                        sink.report(CaptureReport::ConstraintsRejected(Box::new((constraints, error))));
                    }
                }
            }
        }
    }

    /// Brings the device into the mode that serves all its tracks, and sets its controls. The constraints are new,
    /// those of the track with the index `requester` or of one that isn't admitted yet (`None`).
    ///
    /// Returns the settings of the other tracks, in their order, and those of the requester.
    ///
    /// # Errors
    /// No mode serves all tracks, or the device refuses the mode or a control that is required. All is then as before.
    pub(super) fn negotiate(
        &mut self,
        requester: Option<usize>,
        constraints: &VideoConstraints,
        only: Option<NativeMode>,
    ) -> Result<(Vec<VideoSettings>, VideoSettings), MediaError> {
        let mut device = self.device.clone();
        device.modes.retain(|mode| only.is_none_or(|only| only == *mode));
        let others: Vec<_> = (self.tracks.iter().enumerate())
            .filter(|(index, _)| Some(*index) != requester)
            .map(|(_, track)| &track.sink.constraints)
            .collect();
        let selection = select_shared(&device, &others, constraints)?;
        let before = self.mode;
        if selection.native != before {
            self.switch_mode(selection.native)?;
        }
        if let Err(error) = self.set_controls(&selection.targets) {
            if self.mode != before {
                self.switch_mode(before)?;
            }
            return Err(error);
        }
        let SharedSelection { mut others, mut own, .. } = selection;
        let mode = self.stream.as_ref().map(|stream| stream.mode());
        for settings in others.iter_mut().chain([&mut own]) {
            settings.controls.clone_from(&self.controls);
            if let Some(mode) = mode {
                settings.run_as(mode);
            }
        }
        Ok((others, own))
    }

    /// Negotiates other constraints of a track, and applies the settings of all tracks.
    fn renegotiate(&mut self, index: usize, constraints: &VideoConstraints) -> Result<(), MediaError> {
        let (mut settings, own) = self.negotiate(Some(index), constraints, None)?;
        settings.insert(index.min(settings.len()), own);
        self.apply_settings(settings);
        Ok(())
    }

    /// Negotiates all constraints again, after the device was opened again: they may have changed while it was
    /// closed, and its controls may have been reset.
    pub(super) fn renegotiate_all(&mut self) {
        for index in 0..self.tracks.len() {
            let constraints = self.tracks[index].sink.constraints.clone();
            let _ = self.renegotiate(index, &constraints);
        }
    }

    /// Opens the device again in another mode. If that fails, it runs in the old one again.
    pub(super) fn switch_mode(&mut self, mode: NativeMode) -> Result<(), MediaError> {
        let before = std::mem::replace(&mut self.mode, mode);
        if self.stream.take().is_none() {
            return Ok(());
        }
        let opened = self.reopen();
        if opened.is_err() {
            // It isn't offered again.
            self.device.modes.retain(|offered| *offered != mode);
            self.mode = before;
            // If that fails too, the next step ends the tracks.
            let _ = self.reopen();
        }
        opened
    }

    /// Sets all required controls, or none. A control that is only preferred and that the device refuses keeps its
    /// value.
    fn set_controls(&mut self, targets: &Targets) -> Result<(), MediaError> {
        let Some(stream) = &mut self.stream else { return Ok(()) };
        let wanted = targets.resolve(&self.controls);
        for (done, (control, value)) in wanted.iter().enumerate() {
            if let Err(error) = stream.set(*control, value)
                && targets.require(*control)
            {
                // In reverse order, so that values are restored while the modes that made room for them still hold.
                for (control, _) in wanted.iter().take(done).rev() {
                    if let Some(before) = self.controls.get(control) {
                        let _ = stream.set(*control, before);
                    }
                }
                self.controls = stream.settings();
                return Err(error);
            }
        }
        if !wanted.is_empty() {
            self.controls = stream.settings();
        }
        Ok(())
    }
}
